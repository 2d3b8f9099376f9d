"""What the pod's folder has, as Kubernetes writes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_login.machine_issuers import IssuerSettings
from airflow_login.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "provider": "okta",
    "issuer": "https://login.example.com",
    "clientId": "airflow",
    "scopes": ["openid"],
    "announcedScopes": [],
    "groupsClaim": "groups",
    "groupsSeparator": None,
    "rolesByGroup": {"platform-admins": ["Admin"]},
    "contact": "us",
    "logout": {"parameter": "post_logout_redirect_uri", "path": None},
}


def test_reads_a_secret_as_it_is_and_anew_each_time(tmp_path: Path) -> None:
    for folder in ("settings", "client"):
        (tmp_path / folder).mkdir()
    (tmp_path / "settings" / "login.json").write_text(json.dumps(WRITTEN))
    settings = read_settings(tmp_path)
    assert settings.roles_by_group == {"platform-admins": ["Admin"]}
    for secret in (" a b\r\n", "é"):
        (tmp_path / "client" / "client-secret").write_bytes(secret.encode())
        assert settings.client_secret() == secret
    assert settings.client_key() is None
    assert settings.authority() is None
    (tmp_path / "settings" / "authority.crt").write_text("pem")
    assert settings.authority() == str(tmp_path / "settings" / "authority.crt")
    (tmp_path / "client" / "client-key").write_text("pem")
    assert settings.client_key() == "pem"


def test_reads_who_vouches_for_machines(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    written = {
        **WRITTEN,
        "machineAudience": "https://airflow.example.com",
        "machineIssuers": [{"issuer": "https://ci.example.com", "audience": "https://runs.example.com"}],
    }
    for said, machines in ((WRITTEN, (None, [])), (written, (written["machineAudience"], None))):
        (tmp_path / "settings" / "login.json").write_text(json.dumps(said))
        settings = read_settings(tmp_path)
        expected = [IssuerSettings("https://ci.example.com", "https://runs.example.com")] if machines[1] is None else []
        assert (settings.machine_audience, settings.machine_issuers) == (machines[0], expected)
