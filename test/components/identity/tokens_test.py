"""Forged ID tokens against the check of their claims and their signature."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from airflow_login.refusal import Refused
from airflow_login.signing_keys import ALGORITHMS, readable_keys, signed_claims
from airflow_login.tokens import check_claims

ISSUER, CLIENT, NONCE, NOW = "https://login.example.com", "airflow", "n-1", time.time()
KEY = RSAKey.generate_key(2048, {"kid": "one"})
KEYS = {"keys": [KEY.as_dict(private=False)]}


def token(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": CLIENT,
        "nonce": NONCE,
        "sub": "ada",
        "iat": int(NOW),
        "exp": int(NOW) + 300,
        "groups": ["platform-admins"],
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    header = header or {"alg": "RS256", "kid": "one"}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def verify(id_token: str, nonce: str | None = NONCE, keys: Any = KEYS) -> dict[str, Any]:
    claims = signed_claims(id_token, readable_keys(keys), ALGORITHMS)
    check_claims(claims, issuer=ISSUER, client_id=CLIENT, nonce=nonce, now=NOW)
    return claims


def refused_by_signature_alone(id_token: str, reason: str, **expected: Any) -> None:
    refused(id_token, reason, **expected)
    # Without the check of its signature it would be taken: it says all that it should.
    body = id_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    check_claims(claims, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, now=NOW)


def refused(id_token: str, reason: str, **expected: Any) -> None:
    with pytest.raises(Refused, match=reason):
        verify(id_token, **expected)


def test_takes_a_good_token() -> None:
    assert verify(token())["sub"] == "ada"


def test_takes_one_of_several_audiences_when_the_token_was_made_for_us() -> None:
    assert verify(token(aud=[CLIENT, "other"], azp=CLIENT))["sub"] == "ada"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://login.example.com.evil.example"}, "iss is"),
        ({"iss": None}, "iss is"),
        ({"aud": "other"}, "aud is"),
        ({"aud": "airflow-other"}, "aud is"),
        ({"aud": [CLIENT, "other"], "azp": "other"}, "azp is"),
        ({"aud": [CLIENT, "other"]}, "azp is"),
        ({"azp": "other"}, "azp is"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": int(NOW) - 61}, "exp has passed"),
        ({"exp": None}, "exp is no time"),
        ({"exp": "never"}, "exp is no time"),
        ({"exp": True}, "exp is no time"),
        ({"iat": int(NOW) + 120}, "iat"),
        ({"iat": None}, "iat"),
        ({"nbf": int(NOW) + 120}, "nbf"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 5}, "sub"),
    ],
)
def test_refuses_a_token_by_what_it_says_and_by_nothing_else(changes: dict[str, Any], reason: str) -> None:
    refused(token(**changes), reason)
    # Without the check of its claims it would be taken: the provider has signed it.
    assert signed_claims(token(**changes), readable_keys(KEYS), ALGORITHMS)["groups"] == ["platform-admins"]


def test_refuses_no_nonce_also_where_none_was_asked_for() -> None:
    refused(token(nonce=None), "nonce", nonce=None)
    refused(token(nonce=""), "nonce", nonce="")


def test_says_no_value_of_a_token_in_a_reason() -> None:
    with pytest.raises(Refused) as refusal:
        verify(token(iss="https://canary.example", aud="canary"))
    assert "canary" not in str(refusal.value)


def test_refuses_another_key() -> None:
    refused_by_signature_alone(token(key=RSAKey.generate_key(2048, {"kid": "one"})), "no valid signature")


def test_refuses_a_key_of_another_kind_under_the_same_name() -> None:
    forged = token(key=ECKey.generate_key("P-256", {"kid": "one"}), header={"alg": "ES256", "kid": "one"})
    refused_by_signature_alone(forged, "no key of the provider fits")


def test_refuses_a_token_without_a_signature() -> None:
    refused_by_signature_alone(
        token(header={"alg": "none", "kid": "one"}), "an algorithm that the provider does not announce"
    )
    head, body, _ = token().split(".")
    refused_by_signature_alone(f"{head}.{body}.", "no valid signature")


def test_refuses_a_token_signed_with_the_public_key_as_a_password() -> None:
    refused_by_signature_alone(
        signed_with_password(KEY.as_pem(private=False)), "an algorithm that the provider does not announce"
    )


def test_refuses_a_token_signed_with_the_clients_secret() -> None:
    secret = OctKey.import_key("s3cret", {"kid": "one"})
    # Even where the provider lists such a key.
    refused_by_signature_alone(
        signed_with_password(b"s3cret"), "an algorithm", keys={"keys": [secret.as_dict(private=True)]}
    )


def test_refuses_a_changed_token() -> None:
    head, _body, signature = token(groups=[]).split(".")
    refused_by_signature_alone(f"{head}.{token().split('.')[1]}.{signature}", "no valid signature")


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "..", "é.b.c", "a.b.c.d.e"])
def test_refuses_what_is_no_token(text: str) -> None:
    refused(text, "the ID token is")


def test_refuses_a_header_that_must_be_understood_and_is_not() -> None:
    head = encode(json.dumps({"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": False}).encode())
    _, body, signature = token().split(".")
    refused(f"{head}.{body}.{signature}", "the ID token")


def signed_with_password(password: bytes) -> str:
    """By hand, because libraries refuse to make one with a public key."""
    head = encode(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    body = token().split(".")[1]
    return f"{head}.{body}.{encode(hmac.digest(password, f'{head}.{body}'.encode(), 'sha256'))}"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
