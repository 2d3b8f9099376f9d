"""Which keys of the provider's are read, and for how long they are remembered."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from airflow_login.refusal import Refused, Unavailable
from airflow_login.signing_keys import ALGORITHMS, LIFETIME, PAUSE, SigningKeys, readable_keys, usable_algorithms

RSA = RSAKey.generate_key(2048)
KEYS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSA),
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "ES512": ECKey.generate_key("P-521"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
    "Ed25519": OKPKey.generate_key("Ed25519"),
    "Ed448": OKPKey.generate_key("Ed448"),
}


class Provider:
    """A provider's address of keys, and the clock on the wall."""

    def __init__(self, *keys: Any) -> None:
        self.answer: Any = published(*keys)
        self.asked = 0
        self.now = 1000.0

    def fetch(self) -> Any:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def keys(self) -> SigningKeys:
        return SigningKeys(self.fetch, lambda: self.now)


def published(*keys: Any) -> dict[str, Any]:
    return {"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]}


def token(key: Any, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": algorithm, **header}, {"sub": "ada"}, key, algorithms=[algorithm])


def test_knows_every_algorithm_with_a_key_pair_and_no_other() -> None:
    assert set(KEYS) == set(ALGORITHMS)


@pytest.mark.parametrize("algorithm", KEYS)
def test_takes_a_signature_by(algorithm: str) -> None:
    keys = Provider(KEYS[algorithm]).keys()
    assert keys.claims_of(token(KEYS[algorithm], algorithm), ALGORITHMS) == {"sub": "ada"}


def test_takes_no_signature_by_an_algorithm_that_is_not_announced() -> None:
    keys = Provider(RSA).keys()
    with pytest.raises(Refused, match="an algorithm that the provider does not announce"):
        keys.claims_of(token(RSA, "RS512"), usable_algorithms(["RS256", "ES256"]))


def test_refuses_a_provider_that_signs_with_passwords_only() -> None:
    with pytest.raises(Unavailable, match="signs ID tokens with HS256, none only"):
        usable_algorithms(["HS256", "none"])
    assert usable_algorithms(["HS256", "RS256"]) == {"RS256"}
    assert usable_algorithms(None) == set(ALGORITHMS)


@pytest.mark.parametrize(
    "unreadable",
    [
        {"kty": "AKP", "alg": "ML-DSA-44", "kid": "new", "pub": "AAAA"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "kid": "without-a-modulus"},
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kid": "of-no-kind"},
        "text",
        None,
        5,
    ],
)
def test_passes_over_a_key_that_it_cannot_read(unreadable: Any) -> None:
    document = {"keys": [unreadable, RSA.as_dict(private=False)]}
    assert len(readable_keys(document)) == 1


def test_takes_no_password_and_no_key_for_encryption_for_one_that_signs() -> None:
    password = OctKey.generate_key(256)
    encrypts = RSAKey.generate_key(2048, {"use": "enc"})
    assert readable_keys({"keys": [password.as_dict(private=True), encrypts.as_dict(private=False)]}) == []
    assert readable_keys("no keys") == []
    assert readable_keys({"keys": None}) == []


def test_tries_every_fitting_key_for_a_token_that_names_none() -> None:
    other = RSAKey.generate_key(2048)
    keys = Provider(other, RSA).keys()
    for _ in range(5):
        assert keys.claims_of(token(RSA), ALGORITHMS) == {"sub": "ada"}


def test_does_not_take_one_key_for_another_that_the_token_names() -> None:
    named = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(Refused, match="no key of the provider fits"):
        Provider(named).keys().claims_of(token(named, kid="two"), ALGORITHMS)


def test_fetches_the_keys_once_for_many_logins() -> None:
    provider = Provider(RSA)
    keys = provider.keys()
    for _ in range(5):
        keys.claims_of(token(RSA), ALGORITHMS)
    assert provider.asked == 1


def test_fetches_them_again_for_a_new_key_of_the_provider() -> None:
    provider = Provider(RSA)
    keys = provider.keys()
    keys.claims_of(token(RSA), ALGORITHMS)
    new = RSAKey.generate_key(2048)
    provider.answer, provider.now = published(new), provider.now + PAUSE
    assert keys.claims_of(token(new), ALGORITHMS) == {"sub": "ada"}
    with pytest.raises(Refused):
        keys.claims_of(token(RSA), ALGORITHMS)


def test_fetches_them_not_more_often_than_it_says_however_many_tokens_fail() -> None:
    provider = Provider(RSA)
    keys = provider.keys()
    forged = token(RSAKey.generate_key(2048))
    for _ in range(20):
        with pytest.raises(Refused):
            keys.claims_of(forged, ALGORITHMS)
        provider.now += PAUSE / 10
    assert provider.asked == 2


@pytest.mark.parametrize("answer", [Unavailable("the keys are down"), {"keys": []}, {"keys": [{"kty": "X"}]}, []])
def test_goes_on_with_the_keys_it_has_when_none_can_be_fetched(answer: Any) -> None:
    provider = Provider(RSA)
    keys = provider.keys()
    keys.claims_of(token(RSA), ALGORITHMS)
    provider.answer, provider.now = answer, provider.now + PAUSE
    with pytest.raises(Refused, match="no valid signature"):
        keys.claims_of(token(RSAKey.generate_key(2048)), ALGORITHMS)
    assert provider.asked == 2
    assert keys.claims_of(token(RSA), ALGORITHMS) == {"sub": "ada"}


@pytest.mark.parametrize("answer", [Unavailable("the keys are down"), {"keys": []}])
def test_says_that_there_are_no_keys_where_there_never_were(answer: Any) -> None:
    provider = Provider()
    provider.answer = answer
    with pytest.raises(Unavailable, match="keys"):
        provider.keys().claims_of(token(RSA), ALGORITHMS)


def test_forgets_a_key_that_the_provider_took_back() -> None:
    provider = Provider(RSA)
    keys = provider.keys()
    keys.claims_of(token(RSA), ALGORITHMS)
    provider.answer, provider.now = published(RSAKey.generate_key(2048)), provider.now + LIFETIME + 1
    with pytest.raises(Refused):
        keys.claims_of(token(RSA), ALGORITHMS)
