"""What a token says, asked claim by claim. Its signature is checked before, by the provider's keys."""

from __future__ import annotations

from typing import Any

from airflow_login.refusal import Refused

# How far the provider's clock may be from ours, in seconds.
LEEWAY = 60


class Said:
    """`blame` begins every refusal: what the token does not do."""

    def __init__(self, claims: dict[str, Any], blame: str) -> None:
        self.claims = claims
        self._blame = blame

    @property
    def audiences(self) -> list[Any]:
        audience = self.claims.get("aud")
        return audience if isinstance(audience, list) else [audience]

    def require(self, holds: bool, reason: str) -> None:
        if not holds:
            raise Refused(f"{self._blame}: {reason}")

    def moment(self, name: str) -> float:
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"{self._blame}: {name} is no time")
        return value

    def require_current(self, now: float, *, expired: str) -> None:
        self.require(self.moment("exp") + LEEWAY > now, expired)
        self.require(self.moment("iat") - LEEWAY <= now, "iat is in the future; the clocks differ")
        begun = "nbf" not in self.claims or self.moment("nbf") - LEEWAY <= now
        self.require(begun, "nbf is in the future; the clocks differ")

    def require_subject(self) -> None:
        self.require(isinstance(self.claims.get("sub"), str) and self.claims["sub"] != "", "sub is missing")
