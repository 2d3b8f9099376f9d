"""What a token must say by which a program calls the API, and not a person. Its signature is checked before."""

from __future__ import annotations

from typing import Any

from airflow_login.said import Said

# Seconds that such a token may live at most: one that lives for ever is a password.
LONGEST_LIFE = 24 * 3600


def check_machine_claims(
    claims: dict[str, Any],
    *,
    issuer: str,
    audience: str,
    client_id: str,
    now: float,
    audience_key: str = "login.machineAudience",
) -> None:
    """Refuses a token that is not the issuer's, for this API, current, short-lived, and a program's.

    :param audience_key: where the stack says the audience.
    """
    said = Said(claims, "the token is no machine's")
    said.require(claims.get("iss") == issuer, "iss is another issuer than the one whose keys signed it")
    # What people log in with is made for Airflow's own client, and goes through browsers.
    said.require(client_id not in said.audiences, "aud is login.clientId, so it is an ID token of a person's")
    said.require(audience in said.audiences, f"aud is not {audience_key}")
    said.require("nonce" not in claims and claims.get("typ") != "ID", "it is an ID token")
    said.require_current(now, expired="exp has passed")
    said.require(said.moment("exp") - said.moment("iat") <= LONGEST_LIFE, "it lives for more than a day")
    said.require_subject()
