"""What a token must say by which a program calls the API, and not a person. Its signature is checked before."""

from __future__ import annotations

from typing import Any

from airflow_login.refusal import Refused
from airflow_login.tokens import LEEWAY

# Seconds that such a token may live at most: one that lives for ever is a password.
LONGEST_LIFE = 24 * 3600


def check_machine_claims(claims: dict[str, Any], *, issuer: str, audience: str, client_id: str, now: float) -> None:
    """Refuses a token that is not the issuer's, for this API, current, short-lived, and a program's."""

    def require(holds: bool, reason: str) -> None:
        if not holds:
            raise Refused(f"the token is no machine's: {reason}")

    def moment(name: str) -> float:
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"the token is no machine's: {name} is no time")
        return value

    said = claims.get("aud")
    audiences = said if isinstance(said, list) else [said]
    require(claims.get("iss") == issuer, "iss is another issuer than login.issuer")
    # What people log in with is made for Airflow's own client, and goes through browsers.
    require(client_id not in audiences, "aud is login.clientId, so it is an ID token of a person's")
    require(audience in audiences, "aud is not login.machineAudience")
    require("nonce" not in claims and claims.get("typ") != "ID", "it is an ID token")
    require(moment("exp") + LEEWAY > now, "exp has passed")
    require(moment("iat") - LEEWAY <= now, "iat is in the future; the clocks differ")
    require("nbf" not in claims or moment("nbf") - LEEWAY <= now, "nbf is in the future; the clocks differ")
    require(moment("exp") - moment("iat") <= LONGEST_LIFE, "it lives for more than a day")
    require(isinstance(claims.get("sub"), str) and claims["sub"] != "", "sub is missing")
