"""What an ID token must say before it is believed. Its signature is checked before, by the provider's keys."""

from __future__ import annotations

from typing import Any

from airflow_login.refusal import Refused

# How far the provider's clock may be from ours, in seconds.
LEEWAY = 60


def check_claims(claims: dict[str, Any], *, issuer: str, client_id: str, nonce: str | None, now: float) -> None:
    """Refuses a token that is not the issuer's, for this client, for this login, and current."""

    def require(holds: bool, reason: str) -> None:
        if not holds:
            raise Refused(f"the ID token proves nothing: {reason}")

    def moment(name: str) -> float:
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"the ID token proves nothing: {name} is no time")
        return value

    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    require(claims.get("iss") == issuer, "iss is another issuer than login.issuer")
    require(client_id in audiences, "aud is not login.clientId")
    # Another party of the same token could replay it here.
    require(audiences == [client_id] or claims.get("azp") == client_id, "azp is another client's")
    require("azp" not in claims or claims["azp"] == client_id, "azp is another client's")
    require(bool(nonce) and claims.get("nonce") == nonce, "nonce is of another login")
    require(moment("exp") + LEEWAY > now, "exp has passed; if it should not have, the clocks differ")
    require(moment("iat") - LEEWAY <= now, "iat is in the future; the clocks differ")
    require("nbf" not in claims or moment("nbf") - LEEWAY <= now, "nbf is in the future; the clocks differ")
    require(isinstance(claims.get("sub"), str) and claims["sub"] != "", "sub is missing")
