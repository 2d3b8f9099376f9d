"""Logs people in to Airflow's API server with OpenID Connect, and gives them the roles of their groups and no others.

Read by the FAB auth manager. All that differs between stacks is in `settings/login.json`, and the client's secret is in
`client/client-secret`, both below the folder that LOGIN_FOLDER names.
"""

import html
import json
import os
import time
from pathlib import Path
from urllib.parse import urlencode, urljoin

from airflow.api_fastapi.app import get_auth_manager, get_cookie_path
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from airflow.providers.fab.auth_manager.views.auth_oauth import CustomAuthOAuthView
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from authlib.oidc.core import UserInfo
from flask import g, make_response, redirect, session
from flask_appbuilder import expose
from flask_appbuilder.security.manager import AUTH_OAUTH
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

FOLDER = Path(os.environ.get("LOGIN_FOLDER", "/etc/airflow-login"))
SETTINGS = json.loads((FOLDER / "settings" / "login.json").read_text())

# Signatures by a key pair only: whoever knows the client's secret could otherwise sign for anybody.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]

# How far the provider's clock may be from ours, in seconds.
LEEWAY = 60

# How long the provider may take, in seconds, before a login fails: a person's request waits for it.
TIMEOUT = 10


class Refused(Exception):
    """A token that proves nothing. The reason is for the log, never for the browser."""


def verified_claims(id_token, keys, *, issuer, client_id, nonce, now=None):
    """The claims of an ID token, once it is proved to be the issuer's, for this client, for this login, and current."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    claims = jwt.decode(id_token, key=keys, registry=registry).claims
    now = time.time() if now is None else now

    def require(holds, reason):
        if not holds:
            raise Refused(reason)

    def moment(name):
        value = claims.get(name)
        require(isinstance(value, (int, float)) and not isinstance(value, bool), f"{name} is no time")
        return value

    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    require(claims.get("iss") == issuer, f"iss is {claims.get('iss')!r}")
    require(client_id in audiences, f"aud is {audience!r}")
    # Another party of the same token could replay it here.
    require(audiences == [client_id] or claims.get("azp") == client_id, f"azp is {claims.get('azp')!r}")
    require("azp" not in claims or claims["azp"] == client_id, f"azp is {claims.get('azp')!r}")
    require(bool(nonce) and claims.get("nonce") == nonce, "nonce is of another login")
    require(moment("exp") + LEEWAY > now, "exp has passed")
    require(moment("iat") - LEEWAY <= now, "iat is in the future")
    require("nbf" not in claims or moment("nbf") - LEEWAY <= now, "nbf is in the future")
    require(isinstance(claims.get("sub"), str) and claims["sub"] != "", "sub is missing")
    return claims


def groups_of(claims):
    """The person's groups. A provider that sends one group as text means a list of one."""
    value = claims.get(SETTINGS["groupsClaim"], [])
    groups = [value] if isinstance(value, str) else value
    return [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []


class Provider(FlaskOAuth2App):
    """The client's side of the conversation with the provider."""

    @property
    def client_secret(self):
        # Read each time: Kubernetes replaces the file when the Secret changes, and nobody needs to restart.
        return (FOLDER / "client" / "client-secret").read_text().strip()

    @client_secret.setter
    def client_secret(self, value):
        """The library sets what it was configured with, which is nothing."""

    def authorize_redirect(self, redirect_uri=None, **kwargs):
        # Where to come back to is where people reach Airflow. The given one is what the request's headers say, which
        # anybody can write, and which behind a front door that ends TLS is not even right.
        address = urljoin(get_auth_manager().apiserver_endpoint, f"auth/oauth-authorized/{self.name}")
        return super().authorize_redirect(address, **kwargs)

    def load_server_metadata(self):
        metadata = super().load_server_metadata()
        if metadata.get("issuer") != SETTINGS["issuer"]:
            raise Refused(f"the provider calls itself {metadata.get('issuer')!r}, and not {SETTINGS['issuer']!r}")
        return metadata

    def parse_id_token(self, token, nonce, claims_options=None, claims_cls=None, leeway=LEEWAY):
        def verified(force):
            keys = KeySet.import_key_set(self.fetch_jwk_set(force=force))
            expected = {"issuer": SETTINGS["issuer"], "client_id": self.client_id, "nonce": nonce}
            return UserInfo(verified_claims(token["id_token"], keys, **expected))

        try:
            return verified(force=False)
        except InvalidKeyIdError:
            # The provider has a new key since we last looked.
            return verified(force=True)


class LoginView(CustomAuthOAuthView):
    """FAB's login, with an answer for people who have no role here, and with an end at the provider too."""

    @expose("/oauth-authorized/<provider>")
    def oauth_authorized(self, provider):
        response = super().oauth_authorized(provider)
        name = g.pop("login_without_role", None)
        if name is None:
            return response
        # Without Airflow's session a later try begins at the provider, where the person may be another.
        session.clear()
        return make_response(refusal_page(name), 403)

    @expose("/end-session")
    def end_session(self):
        id_token = session.get("id_token")
        session.clear()
        after = urljoin(get_auth_manager().apiserver_endpoint, "auth/login/")
        provider = self.appbuilder.sm.oauth_remotes[SETTINGS["provider"]]
        endpoint = provider.load_server_metadata().get("end_session_endpoint")
        hint = {"id_token_hint": id_token} if id_token else {}
        query = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": after, **hint})
        response = redirect(f"{endpoint}?{query}" if endpoint else after)
        # The interface keeps its own token beside the session.
        response.delete_cookie("_token", path=get_cookie_path())
        return response


def refusal_page(name):
    who, contact, again = (html.escape(text) for text in (name, SETTINGS["contact"], "/auth/end-session"))
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>No access to Airflow</title>"
        "<body style='font: 16px/1.5 system-ui; max-width: 36rem; margin: 15vh auto'>"
        f"<h1>No access to Airflow</h1><p>You are logged in as {who}, and none of your groups has a role in this "
        f"Airflow.</p><p>Ask {contact} for access.</p><p><a href='{again}'>Log in as somebody else</a></p>"
    )


class LoginSecurityManager(FabAirflowSecurityManagerOverride):
    authoauthview = LoginView

    def __init__(self, appbuilder):
        super().__init__(appbuilder)
        # FAB forgets its own session at logout and leaves the provider's, which would log the person in again at once.
        manager = get_auth_manager()
        manager.get_url_logout = lambda: urljoin(manager.apiserver_endpoint, "auth/end-session")

    def get_oauth_user_info(self, provider, resp):
        claims = resp.get("userinfo")
        if claims is None:
            raise Refused("the provider sent no ID token")
        # Kept by the server, and shown to the provider when the person logs out.
        session["id_token"] = resp["id_token"]
        return {
            # Names and addresses can be given to another person later; the subject cannot.
            "username": claims["sub"],
            "email": claims.get("email") or f"{claims['sub']}@without-address.invalid",
            "first_name": claims.get("given_name") or claims.get("name") or claims["sub"],
            "last_name": claims.get("family_name") or "-",
            "role_keys": groups_of(claims),
        }

    def auth_user_oauth(self, userinfo, rotate_session_id=True):
        if self._oauth_calculate_user_roles(userinfo):
            return super().auth_user_oauth(userinfo, rotate_session_id)
        # Whoever had a role until now may hold a token that is still valid.
        known = self.find_user(username=userinfo["username"])
        if known is not None:
            known.roles = []
            self.update_user(known)
        g.login_without_role = userinfo["email"]
        return None

    def _oauth_calculate_user_roles(self, userinfo):
        # FAB would add its default role to them.
        return list(self.get_roles_from_keys(userinfo["role_keys"]))


AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = None
AUTH_ROLES_SYNC_AT_LOGIN = True
AUTH_ROLES_MAPPING = SETTINGS["rolesByGroup"]
SECURITY_MANAGER_CLASS = LoginSecurityManager
WTF_CSRF_ENABLED = True

OAUTH_PROVIDERS = [
    {
        "name": SETTINGS["provider"],
        "icon": "fa-key",
        "token_key": "access_token",
        "remote_app": {
            "client_cls": Provider,
            "client_id": SETTINGS["clientId"],
            "server_metadata_url": SETTINGS["issuer"].rstrip("/") + "/.well-known/openid-configuration",
            "client_kwargs": {
                "scope": " ".join(SETTINGS["scopes"]),
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT,
            },
        },
    }
]
