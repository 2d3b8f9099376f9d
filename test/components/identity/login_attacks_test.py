"""ID tokens that somebody made or changed, at Airflow's login, with and without the proof that it asks of them.

docs/attacks.md lists each attack by its name. The same through a browser and a real API server is in
test/system/login/providers.test.ts.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from airflow_login.groups import groups_of
from airflow_login.provider import Provider
from airflow_login.refusal import Refused
from airflow_login.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

BY = "somebody who is no administrator"
AUTHORITY = "the proof that the login asks of an ID token"

ISSUER, CLIENT, NONCE = "https://login.example.com", "airflow", "nonce-of-this-login"
SECRET = "a-secret-of-the-client-that-is-long-enough"
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})

SETTINGS = Settings(
    folder=Path("/nowhere"),
    provider="okta",
    issuer=ISSUER,
    client_id=CLIENT,
    scopes=["openid"],
    announced_scopes=[],
    groups_claim="groups",
    groups_separator=None,
    roles_by_group={"platform-admins": ["Admin"]},
    contact="us",
    logout_parameter="post_logout_redirect_uri",
    logout_path=None,
)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": ISSUER, "aud": CLIENT, "nonce": NONCE, "sub": "mallory", "iat": now, "exp": now + 300}
    said = {**usual, "groups": ["platform-admins"], **changes}
    return {name: value for name, value in said.items() if value is not None}


def signed(key: Any = KEY, **changes: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims(**changes), key, algorithms=["RS256"])


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def changed_after_signing() -> str:
    head, _, signature = signed(groups=["others"]).split(".")
    return f"{head}.{part(claims())}.{signature}"


def unsigned(algorithm: str = "none") -> str:
    return f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims())}."


def by_password(password: bytes) -> str:
    """By hand: a library that is well kept takes no public key for a password."""
    signed_part = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    signature = hmac.digest(password, signed_part.encode(), "sha256")
    return f"{signed_part}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def of_another_key() -> str:
    return signed(RSAKey.generate_key(2048, {"kid": "one"}))


@dataclass(frozen=True)
class Attack:
    """A token by which somebody would be an administrator."""

    name: str
    token: Callable[[], str]
    says: str


PROVES_NOTHING = "the ID token proves nothing: "

ATTACKS = [
    Attack("groups that were put into a token of theirs", changed_after_signing, "no valid signature"),
    Attack("a token that nobody signed", unsigned, "or by none"),
    Attack("a token whose signature is left out", lambda: unsigned("RS256"), "no valid signature"),
    Attack("a token signed with the client's secret", lambda: by_password(SECRET.encode()), "by an algorithm"),
    Attack(
        "a token signed with the provider's public key, taken for a password",
        lambda: by_password(KEY.as_pem(private=False)),
        "by an algorithm",
    ),
    Attack("a token of another key under the same name", of_another_key, "no valid signature"),
    Attack("a token of another issuer", lambda: signed(iss="https://other.example.com"), f"{PROVES_NOTHING}iss"),
    Attack("a token for another client", lambda: signed(aud="other"), f"{PROVES_NOTHING}aud"),
    Attack("a token for another client and this one", lambda: signed(aud=[CLIENT, "other"]), f"{PROVES_NOTHING}azp"),
    Attack("a token that another client asked for", lambda: signed(azp="other"), f"{PROVES_NOTHING}azp"),
    Attack("a token of another login", lambda: signed(nonce="nonce-of-another"), f"{PROVES_NOTHING}nonce"),
    Attack("a token of no login", lambda: signed(nonce=None), f"{PROVES_NOTHING}nonce"),
    Attack("a token that has ended", lambda: signed(exp=int(time.time()) - 120), f"{PROVES_NOTHING}exp"),
    Attack("a token that never ends", lambda: signed(exp=None), f"{PROVES_NOTHING}exp"),
    Attack("a token that has not begun", lambda: signed(nbf=int(time.time()) + 3600), f"{PROVES_NOTHING}nbf"),
    Attack("a token from the future", lambda: signed(iat=int(time.time()) + 3600), f"{PROVES_NOTHING}iat"),
    Attack("a token about nobody", lambda: signed(sub=""), f"{PROVES_NOTHING}sub"),
]


class Known(Provider):
    """Asks nobody: its description and its keys are there."""

    client_secret = SECRET

    def _fetch(self, address: str, what: str, key: str) -> Any:
        if address.endswith("/keys"):
            return {"keys": [KEY.as_dict(private=False)]}
        endpoints = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
        return {"issuer": ISSUER, **endpoints, "jwks_uri": f"{ISSUER}/keys"}


class Unproved(Known):
    """Takes a token at its word."""

    def parse_id_token(self, token: dict[str, Any], nonce: str | None, **_defaults: Any) -> Any:
        body = token["id_token"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def roles(provider: type[Provider], id_token: str) -> list[str]:
    """What the login would make of whoever brings the token."""
    remote = provider(None, "okta", settings=replace(SETTINGS))
    said = remote.parse_id_token({"id_token": id_token}, NONCE)
    groups = groups_of(said, SETTINGS.groups_claim, SETTINGS.groups_separator)
    return [role for group in groups for role in SETTINGS.roles_by_group.get(group, [])]


def test_takes_what_the_provider_itself_signed() -> None:
    assert roles(Known, signed()) == ["Admin"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refuses(attack: Attack) -> None:
    with pytest.raises(Refused, match=attack.says):
        roles(Known, attack.token())


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_nobody_else_refuses(attack: Attack) -> None:
    assert roles(Unproved, attack.token()) == ["Admin"]
