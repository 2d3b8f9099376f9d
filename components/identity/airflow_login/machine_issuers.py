"""Who vouches for programs besides the login's provider, such as the place where CI jobs run. Nobody logs in there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from airflow_login.fetching import LIFETIME, TIMEOUT, description_address, fetched, own_description
from airflow_login.machine_tokens import check_machine_claims
from airflow_login.refusal import Unavailable
from airflow_login.signing_keys import PAUSE, SigningKeys, usable_algorithms

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "login.machineIssuers"


@dataclass(frozen=True)
class IssuerSettings:
    # Exactly as in the `iss` of its tokens.
    issuer: str
    # For whom its tokens must be.
    audience: str


class MachineIssuer:
    """Checks the tokens of one issuer, by the keys that it publishes."""

    def __init__(
        self, settings: IssuerSettings, *, client_id: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._client_id = client_id
        self._clock = clock
        self._keys = SigningKeys(self._fetch_keys, clock)
        self._description: dict[str, Any] | None = None
        self._described: float | None = None
        self._tried: float | None = None

    def machine_claims(self, token: str) -> dict[str, Any]:
        """What a program's token says, once the issuer has signed it for the audience of this stack's machines.

        :raises Refused: for every other token.
        """
        algorithms = usable_algorithms(self._describe().get("id_token_signing_alg_values_supported"))
        claims = self._keys.claims_of(token, algorithms)
        check_machine_claims(
            claims,
            issuer=self._settings.issuer,
            audience=self._settings.audience,
            client_id=self._client_id,
            now=time.time(),
            audience_key="the audience of login.machineIssuers",
        )
        return claims

    def _describe(self) -> dict[str, Any]:
        """Its description of itself: the last one that could be read, and asked for with pauses, however many tokens come."""
        now = self._clock()
        is_due = self._described is None or now - self._described > LIFETIME
        if is_due and (self._tried is None or now - self._tried >= PAUSE):
            self._tried = now
            try:
                self._description = self._discover()
                self._described = now
            except Unavailable:
                if self._description is None:
                    raise
        if self._description is None:
            raise Unavailable(f"{self._settings.issuer} could not be asked a moment ago", key=KEY)
        return self._description

    def _discover(self) -> dict[str, Any]:
        issuer = self._settings.issuer
        document = self._fetch(description_address(issuer), "the issuer's description of itself")
        description = own_description(document, issuer, KEY)
        address = description.get("jwks_uri")
        if not isinstance(address, str) or urlsplit(address).scheme != "https":
            raise Unavailable(f"the description of {issuer} has no https:// address of keys", key=KEY)
        return description

    def _fetch_keys(self) -> Any:
        return self._fetch(self._describe()["jwks_uri"], "the issuer's keys")

    def _fetch(self, address: str, what: str) -> Any:
        def get() -> requests.Response:
            return requests.get(address, timeout=TIMEOUT, allow_redirects=False)

        return fetched(get, address, what, KEY)
