"""How the client proves itself, by what discovery announces."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt

from airflow_login.client_authentication import authentication_methods, read_key
from airflow_login.refusal import Unavailable

SECRET = 'a b+c%d&e=f:g"h\\i/é\r\n'
BOTH = ["client_secret_post", "client_secret_basic"]


def pem(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def methods(announced: list[str] | None, key: str | None = None) -> list[str]:
    settings: Any = SimpleNamespace(client_key=lambda: key)
    metadata = {} if announced is None else {"token_endpoint_auth_methods_supported": announced}
    return [name for name, _ in authentication_methods(settings, metadata)]


def request(
    announced: list[str], key: str | None = None, **metadata: Any
) -> tuple[dict[str, str], dict[str, list[str]]]:
    settings: Any = SimpleNamespace(client_key=lambda: key)
    said = {"token_endpoint_auth_methods_supported": announced, "token_endpoint": "https://login/token", **metadata}
    _, method = authentication_methods(settings, said)[0]
    client = SimpleNamespace(client_id="air:flow", client_secret=SECRET)
    headers: dict[str, str] = {}
    _, _, body = method(client, "POST", "https://login/token", headers, "code=1")
    return headers, parse_qs(body)


@pytest.mark.parametrize(
    ("announced", "tried"),
    [
        (BOTH, ["client_secret_basic", "client_secret_post"]),
        (["client_secret_post", "private_key_jwt"], ["client_secret_post"]),
        # What the specification says of a provider that announces nothing.
        (None, ["client_secret_basic"]),
        ([], ["client_secret_basic"]),
    ],
)
def test_tries_what_is_announced(announced: list[str] | None, tried: list[str]) -> None:
    assert methods(announced) == tried


def test_says_what_the_provider_wants_in_place_of_a_secret() -> None:
    with pytest.raises(Unavailable, match="takes private_key_jwt, and none of client_secret_basic, client_secret_post"):
        methods(["private_key_jwt"])
    with pytest.raises(Unavailable, match=r"none of private_key_jwt, which login\.clientKey is for"):
        methods(BOTH, key="pem")


def test_sends_a_secret_of_any_characters_whole() -> None:
    headers, body = request(["client_secret_basic"])
    assert body == {"code": ["1"]}
    words = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert words.isascii()
    client, secret = words.split(":")
    assert (unquote_plus(client), unquote_plus(secret)) == ("air:flow", SECRET)

    headers, body = request(["client_secret_post"])
    assert body == {"code": ["1"], "client_id": ["air:flow"], "client_secret": [SECRET]}
    assert headers == {}


@pytest.mark.parametrize(
    ("key", "announced", "algorithm"),
    [
        (rsa.generate_private_key(65537, 2048), None, "RS256"),
        (rsa.generate_private_key(65537, 2048), ["PS256", "ES256"], "PS256"),
        (ec.generate_private_key(ec.SECP256R1()), None, "ES256"),
        (ec.generate_private_key(ec.SECP384R1()), None, "ES384"),
        (ec.generate_private_key(ec.SECP521R1()), None, "ES512"),
        (ed25519.Ed25519PrivateKey.generate(), None, "EdDSA"),
    ],
)
def test_signs_for_itself_with_its_key(key: Any, announced: list[str] | None, algorithm: str) -> None:
    _, body = request(["private_key_jwt"], pem(key), token_endpoint_auth_signing_alg_values_supported=announced)
    public, named = read_key(pem(key), announced)
    assert named == algorithm
    claims = jwt.decode(body["client_assertion"][0], public, algorithms=[algorithm]).claims
    assert claims["iss"] == claims["sub"] == "air:flow"
    assert claims["aud"] == "https://login/token"
    assert claims["exp"] - claims["iat"] == 60
    assert "client_secret" not in body


def test_refuses_a_key_that_the_provider_does_not_take_or_nobody_can_read() -> None:
    with pytest.raises(Unavailable, match="takes assertions signed by ES256"):
        read_key(pem(rsa.generate_private_key(65537, 2048)), ["ES256"])
    broken = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"
    with pytest.raises(Unavailable, match=r"login\.clientKey is no private key") as refusal:
        read_key(broken, None)
    assert "canary" not in str(refusal.value)
