"""The settings that the FAB auth manager takes from `webserver_config.py`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from flask_appbuilder.security.manager import AUTH_OAUTH

from airflow_login.provider import Provider
from airflow_login.security_manager import LoginSecurityManager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_login.settings import Settings


def configuration(logins: Sequence[Settings]) -> dict[str, Any]:
    # With DEBUG this library logs what proves that a code is ours.
    logging.getLogger("authlib").setLevel(logging.INFO)
    return {
        "AUTH_TYPE": AUTH_OAUTH,
        "AUTH_USER_REGISTRATION": True,
        "AUTH_USER_REGISTRATION_ROLE": None,
        "AUTH_ROLES_SYNC_AT_LOGIN": True,
        "SECURITY_MANAGER_CLASS": LoginSecurityManager,
        "WTF_CSRF_ENABLED": True,
        # Whatever scheme a request seems to have behind a front door that ends TLS.
        "SESSION_COOKIE_SECURE": conf.get("api", "base_url", fallback="").startswith("https://"),
        "OAUTH_PROVIDERS": [
            {
                "name": settings.provider,
                "icon": "fa-key",
                "token_key": "access_token",
                "remote_app": {"client_cls": Provider, "settings": settings},
            }
            for settings in logins
        ],
    }
