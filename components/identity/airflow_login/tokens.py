"""What an ID token must say before it is believed. Its signature is checked before, by the provider's keys."""

from __future__ import annotations

from typing import Any

from airflow_login.said import Said


def check_claims(claims: dict[str, Any], *, issuer: str, client_id: str, nonce: str | None, now: float) -> None:
    """Refuses a token that is not the issuer's, for this client, for this login, and current."""
    said = Said(claims, "the ID token proves nothing")
    said.require(claims.get("iss") == issuer, "iss is another issuer than login.issuer")
    said.require(client_id in said.audiences, "aud is not login.clientId")
    # Another party of the same token could replay it here.
    said.require(said.audiences == [client_id] or claims.get("azp") == client_id, "azp is another client's")
    said.require("azp" not in claims or claims["azp"] == client_id, "azp is another client's")
    said.require(bool(nonce) and claims.get("nonce") == nonce, "nonce is of another login")
    said.require_current(now, expired="exp has passed; if it should not have, the clocks differ")
    said.require_subject()
