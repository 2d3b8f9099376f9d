"""The client's side of the conversation with the provider."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from authlib.oidc.core import UserInfo
from flask import request, session

from airflow_login.address import airflow_address
from airflow_login.client_authentication import authentication_methods
from airflow_login.fetching import LIFETIME, TIMEOUT, description_address, fetched, own_description
from airflow_login.groups import MISSING, find, is_left_out
from airflow_login.machine_issuers import MachineIssuer
from airflow_login.machine_tokens import check_machine_claims
from airflow_login.refusal import NotBegun, Refused, Unavailable, login_error, tokens_error
from airflow_login.signing_keys import SigningKeys, usable_algorithms
from airflow_login.tokens import check_claims

if TYPE_CHECKING:
    from airflow_login.settings import Settings

log = logging.getLogger(__name__)

# All that is read of it. What else it says must not reach the library, which takes settings of connections from it.
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")
ANNOUNCEMENTS = (
    "issuer",
    "scopes_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
)


class Provider(FlaskOAuth2App):
    def __init__(self, framework: Any, name: str, *, settings: Settings, **kwargs: Any) -> None:
        super().__init__(
            framework,
            name,
            **kwargs,
            client_id=settings.client_id,
            client_kwargs={
                "scope": " ".join(settings.scopes),
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT,
            },
        )
        self.settings = settings
        self.server_metadata: dict[str, Any] = {}
        self._keys = SigningKeys(self._fetch_keys)
        # Besides the provider, by what their tokens call them.
        self.machine_issuers = {
            each.issuer: MachineIssuer(each, client_id=settings.client_id) for each in settings.machine_issuers
        }

    def _get_session(self) -> Any:
        return self._trusting(super()._get_session())

    def _get_oauth_client(self, **metadata: Any) -> Any:
        return self._trusting(super()._get_oauth_client(**metadata))

    def _trusting(self, client: Any) -> Any:
        authority = self.settings.authority()
        if authority is not None:
            # With each request: what is said for the session alone gives way to REQUESTS_CA_BUNDLE.
            client.request = partial(client.request, verify=authority)
        return client

    @property
    def client_secret(self) -> str:
        return "" if self.settings.client_key() else self.settings.client_secret()

    @client_secret.setter
    def client_secret(self, value: object) -> None:
        """The library sets what it was configured with, which is nothing."""

    def load_server_metadata(self) -> dict[str, Any]:
        loaded = self.server_metadata.get("_loaded_at")
        if loaded is None or time.time() - loaded > LIFETIME:
            try:
                self.server_metadata = self._discover()
            except Unavailable:
                if loaded is None:
                    raise
        return self.server_metadata

    def _discover(self) -> dict[str, Any]:
        issuer = self.settings.issuer
        published = self._fetch(description_address(issuer), "the provider's description of itself", "login.issuer")
        document = own_description(published, issuer, "login.issuer")
        endpoints = {name: document[name] for name in (*ENDPOINTS, *OPTIONAL_ENDPOINTS) if name in document}
        for name in ENDPOINTS:
            if name not in endpoints:
                raise Unavailable(f"the provider's description of itself has no {name}", key="login.issuer")
        for name, endpoint in endpoints.items():
            scheme = urlsplit(endpoint).scheme if isinstance(endpoint, str) else None
            if scheme not in {"https", urlsplit(issuer).scheme}:
                raise Unavailable(f"the provider's {name} is no https:// address", key="login.issuer")
        said = {name: document[name] for name in ANNOUNCEMENTS if name in document}
        return {**endpoints, **said, "_loaded_at": time.time()}

    def _fetch_keys(self) -> Any:
        return self._fetch(self.load_server_metadata()["jwks_uri"], "the provider's keys", "login.issuer")

    def _fetch(self, address: str, what: str, key: str) -> Any:
        with self._get_session() as client:
            get = partial(client.request, "GET", address, withhold_token=True, allow_redirects=False)
            return fetched(get, address, what, key)

    def authorize_redirect(self, redirect_uri: str | None = None, **kwargs: Any) -> Any:
        # Where to come back to is where people reach Airflow. The given one is what the request's headers say, which
        # anybody can write, and which behind a front door that ends TLS is not even right.
        address = airflow_address(f"auth/oauth-authorized/{self.name}")
        known = self.load_server_metadata().get("scopes_supported") or []
        also = [scope for scope in self.settings.announced_scopes if scope in known]
        return super().authorize_redirect(address, scope=" ".join([*self.settings.scopes, *also]), **kwargs)

    def authorize_access_token(self, **kwargs: Any) -> Any:
        state = request.args.get("state", "")
        # Before all else: what comes with the answer to a login that this browser did not begin is anybody's word.
        if self.framework.get_state_data(session, state) is None:
            raise NotBegun
        if request.args.get("iss", self.settings.issuer) != self.settings.issuer:
            raise Refused("the answer comes from another provider than login.issuer")
        error = request.args.get("error")
        if error:
            self.framework.clear_state_data(session, state)
            raise login_error(error, request.args.get("error_description"))
        try:
            token = super().authorize_access_token(**kwargs)
        except OAuthError as failure:
            raise tokens_error(failure.error, failure.description) from failure
        except (OSError, ValueError) as failure:
            raise Unavailable(f"the provider's token endpoint gave no answer: {type(failure).__name__}") from failure
        for part, key in (("id_token", "login.scopes"), ("access_token", None)):
            if not isinstance(token.get(part), str):
                raise Unavailable(f"the provider sent no {part}", key=key)
        return token

    def fetch_access_token(self, redirect_uri: str | None = None, **kwargs: Any) -> Any:
        metadata = self.load_server_metadata()
        methods = authentication_methods(self.settings, metadata)
        while True:
            name, method = methods.pop(0)
            try:
                with self._get_oauth_client(**metadata, token_endpoint_auth_method=method) as client:
                    client.redirect_uri = redirect_uri
                    # A redirect would carry the client's secret to where nobody registered it.
                    return client.fetch_token(metadata["token_endpoint"], allow_redirects=False, **kwargs)
            except OAuthError as failure:
                # The client is refused before the code is looked at, so another method may try it again.
                if failure.error != "invalid_client" or not methods:
                    raise
                log.info("The provider refuses the client by %s; trying %s", name, methods[0][0])

    def parse_id_token(self, token: dict[str, Any], nonce: str | None, **_defaults: Any) -> UserInfo:
        id_token = token["id_token"]
        if not isinstance(id_token, str):
            raise Refused("the ID token is no text")
        algorithms = usable_algorithms(self.load_server_metadata().get("id_token_signing_alg_values_supported"))
        claims = self._keys.claims_of(id_token, algorithms)
        check_claims(
            claims, issuer=self.settings.issuer, client_id=self.settings.client_id, nonce=nonce, now=time.time()
        )
        return UserInfo(claims)

    def machine_claims(self, token: str) -> dict[str, Any]:
        """What a program's token says, once the provider has signed it for the audience of this stack's machines.

        :raises Refused: for every other token, and where the stack has no machines.
        """
        audience = self.settings.machine_audience
        if audience is None:
            raise Refused("this stack has no machines")
        algorithms = usable_algorithms(self.load_server_metadata().get("id_token_signing_alg_values_supported"))
        claims = self._keys.claims_of(token, algorithms)
        check_machine_claims(
            claims,
            issuer=self.settings.issuer,
            audience=audience,
            client_id=self.settings.client_id,
            now=time.time(),
        )
        return claims

    def all_claims(self, token: dict[str, Any]) -> dict[str, Any]:
        """Those of the ID token, and what only userinfo says. Where both say something, the signed one counts."""
        claims = dict(token["userinfo"])
        claim = self.settings.groups_claim
        groupless = find(claims, claim) is MISSING and not is_left_out(claims, claim)
        endpoint = self.load_server_metadata().get("userinfo_endpoint")
        if endpoint is None or not (groupless or "email" not in claims or "name" not in claims):
            return claims
        try:
            response = self.get(endpoint, token=token, headers={"Accept": "application/json"}, allow_redirects=False)
            response.raise_for_status()
            said = response.json()
        except (OSError, ValueError, OAuthError) as failure:
            if groupless:
                raise Unavailable(f"userinfo could not be read: {type(failure).__name__}") from failure
            log.warning("Userinfo could not be read: %s", type(failure).__name__)
            return claims
        if not isinstance(said, dict) or said.get("sub") != claims["sub"]:
            raise Refused("userinfo is about somebody else than the ID token")
        # Whether another address is verified says nothing about this one.
        if "email" not in claims:
            claims.pop("email_verified", None)
        elif said.get("email") != claims["email"]:
            said.pop("email_verified", None)
        return {**said, **claims}
