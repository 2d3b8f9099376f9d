"""The provider's public keys: which are read, how long they are remembered, and which one a token is checked with."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from airflow_login.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    AnyKey = RSAKey | ECKey | OKPKey

# Signatures by a key pair only: whoever knows the client's secret, or takes a public key for one, could otherwise sign
# for anybody. The kind of key that each is made with.
ALGORITHMS = {
    **{f"{family}{size}": "RSA" for family in ("RS", "PS") for size in (256, 384, 512)},
    **{f"ES{size}": "EC" for size in (256, 384, 512)},
    **dict.fromkeys(("EdDSA", "Ed25519", "Ed448"), "OKP"),
}

# Seconds after which the keys are fetched again, so that one that the provider took back does not sign for ever.
LIFETIME = 3600

# Seconds that must be between two fetches, however many tokens fail.
PAUSE = 10


def usable_algorithms(announced: object) -> frozenset[str]:
    """Those that the provider announces and that prove something; all of them where it announces nothing."""
    if announced is None:
        return frozenset(ALGORITHMS)
    words = [word for word in announced if isinstance(word, str)] if isinstance(announced, list) else []
    usable = frozenset(ALGORITHMS).intersection(words)
    if not usable:
        raise Unavailable(
            f"the provider signs ID tokens with {', '.join(sorted(words)) or 'nothing'} only, which proves nothing: "
            f"choose one of {', '.join(ALGORITHMS)} there",
            key="login.clientId",
        )
    return usable


def readable_keys(document: object) -> list[AnyKey]:
    """The public keys of a key set that can check signatures. One that cannot be read is passed over."""
    keys: list[AnyKey] = []
    for written in (document.get("keys") if isinstance(document, dict) else None) or []:
        try:
            key = JWKRegistry.import_key(written)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey) and written.get("use", "sig") == "sig":
            keys.append(key)
    return keys


class SigningKeys:
    """Remembers the provider's keys, and forgets them neither for a failed fetch nor for a set without readable ones.

    `fetch` raises `Unavailable` where it fails.
    """

    def __init__(self, fetch: Callable[[], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Sequence[AnyKey] = []
        self._fetched: float | None = None
        self._tried: float | None = None

    def claims_of(self, id_token: str, algorithms: Collection[str]) -> dict[str, Any]:
        """What a token says, once one of the keys has signed it."""
        if self._fetched is None or self._clock() - self._fetched > LIFETIME:
            self._refresh()
        try:
            return signed_claims(id_token, self._keys, algorithms)
        except Refused:
            # The provider may have a new key since we last looked.
            if not self._refresh():
                raise
            return signed_claims(id_token, self._keys, algorithms)

    def _refresh(self) -> bool:
        now = self._clock()
        if self._tried is not None and now - self._tried < PAUSE:
            return False
        self._tried = now
        try:
            keys = readable_keys(self._fetch())
        except Unavailable:
            if not self._keys:
                raise
            return False
        if not keys:
            if not self._keys:
                raise Unavailable("none of the provider's keys can be read")
            return False
        self._keys, self._fetched = keys, now
        return True


def signed_claims(id_token: str, keys: Sequence[AnyKey], algorithms: Collection[str]) -> dict[str, Any]:
    try:
        header = jws.extract_compact(id_token.encode()).headers()
    except (JoseError, ValueError, UnicodeError) as error:
        encrypted = id_token.count(".") == 4
        what = "is encrypted: turn that off for this client" if encrypted else "is no signed token"
        raise Refused(f"the ID token {what}") from error
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in algorithms:
        raise Refused("the ID token is signed by an algorithm that the provider does not announce, or by none")
    fitting = [key for key in keys if fits(key, str(algorithm), name)]
    registry = JWSRegistry(algorithms=[str(algorithm)], strict_check_header=False)
    for key in fitting:
        try:
            return jwt.decode(id_token, key=key, registry=registry).claims
        except (JoseError, ValueError):
            continue
    raise Refused("the ID token has no valid signature" if fitting else "no key of the provider fits the ID token")


def fits(key: AnyKey, algorithm: str, name: object) -> bool:
    """Keys without a name are tried for every token, and so are all for a token that names none."""
    return (
        key.key_type == ALGORITHMS[algorithm]
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") in (None, name))
    )
