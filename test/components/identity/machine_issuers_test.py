"""How another issuer of machines' tokens is asked for what it publishes."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from airflow_login.machine_issuers import IssuerSettings, MachineIssuer
from airflow_login.refusal import Refused, Unavailable

ISSUER = "https://ci.example.com"
AUDIENCE = "https://airflow.example.com"
KEY = RSAKey.generate_key(2048, {"kid": "theirs"})
DESCRIPTION = {
    "issuer": ISSUER,
    "jwks_uri": "https://keys.example.com/jwks",
    "id_token_signing_alg_values_supported": ["RS256"],
}


class Web:
    """What is at each address. An exception is raised there."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {
            f"{ISSUER}/.well-known/openid-configuration": DESCRIPTION,
            DESCRIPTION["jwks_uri"]: {"keys": [KEY.as_dict(private=False)]},
        }
        self.asked: list[str] = []
        self.now = 1000.0

    def describe(self, page: Any) -> None:
        self.pages[f"{ISSUER}/.well-known/openid-configuration"] = page

    def get(self, address: str, *, timeout: float, allow_redirects: bool) -> requests.Response:
        assert timeout == 10
        assert not allow_redirects
        self.asked.append(address)
        page = self.pages[address]
        if isinstance(page, Exception):
            raise page
        response = requests.Response()
        response.status_code = 302 if page == "elsewhere" else 200
        response.headers["location"] = "http://elsewhere.example.com" if page == "elsewhere" else ""
        response.json = lambda **_: page  # type: ignore[method-assign]
        return response


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    web = Web()
    monkeypatch.setattr(requests, "get", web.get)
    return web


@pytest.fixture
def issuer(web: Web) -> MachineIssuer:
    return MachineIssuer(IssuerSettings(ISSUER, AUDIENCE), client_id="airflow", clock=lambda: web.now)


def token(algorithm: str = "RS256") -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "repo:acme/etl", "iat": now, "exp": now + 300}
    return jwt.encode({"alg": algorithm, "kid": "theirs"}, said, KEY, algorithms=[algorithm])


def test_finds_the_keys_where_the_issuer_says(issuer: MachineIssuer, web: Web) -> None:
    for _ in range(3):
        assert issuer.machine_claims(token())["sub"] == "repo:acme/etl"
    assert web.asked == [f"{ISSUER}/.well-known/openid-configuration", DESCRIPTION["jwks_uri"]]


def test_takes_no_algorithm_that_it_does_not_announce(issuer: MachineIssuer) -> None:
    with pytest.raises(Refused, match="an algorithm that the provider does not announce"):
        issuer.machine_claims(token("RS512"))


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ({**DESCRIPTION, "issuer": "https://other.example.com"}, "calls itself 'https://other.example.com'"),
        ({**DESCRIPTION, "jwks_uri": "http://keys.example.com/jwks"}, "no https:// address of keys"),
        ({"issuer": ISSUER}, "no https:// address of keys"),
        ("elsewhere", "which leads elsewhere"),
        (requests.ConnectionError(), "could not be fetched from https://ci.example.com/.well-known"),
    ],
)
def test_believes_no_other_description(issuer: MachineIssuer, web: Web, page: object, says: str) -> None:
    web.describe(page)
    with pytest.raises(Unavailable, match=says) as refused:
        issuer.machine_claims(token())
    assert refused.value.key == "login.machineIssuers"


def test_asks_with_pauses_however_many_tokens_come(issuer: MachineIssuer, web: Web) -> None:
    web.describe(requests.ConnectionError())
    for _ in range(5):
        with pytest.raises(Unavailable):
            issuer.machine_claims(token())
    assert len(web.asked) == 1
    web.describe(DESCRIPTION)
    web.now += 10
    assert issuer.machine_claims(token())


def test_goes_on_with_what_it_read_when_the_issuer_is_away(issuer: MachineIssuer, web: Web) -> None:
    issuer.machine_claims(token())
    web.pages = dict.fromkeys(web.pages, requests.ConnectionError())
    web.now += 4000
    assert issuer.machine_claims(token())
    assert len(web.asked) == 4
    web.pages = {
        f"{ISSUER}/.well-known/openid-configuration": {
            **DESCRIPTION,
            "id_token_signing_alg_values_supported": ["RS512"],
        },
        DESCRIPTION["jwks_uri"]: {"keys": [KEY.as_dict(private=False)]},
    }
    web.now += 10
    with pytest.raises(Refused, match="an algorithm"):
        issuer.machine_claims(token())
