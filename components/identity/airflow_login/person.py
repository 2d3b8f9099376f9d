"""Somebody whom the provider vouches for, in the columns of Airflow's table of users."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from airflow_login.groups import is_true

if TYPE_CHECKING:
    from collections.abc import Mapping

# What `ab_user` holds.
NAME_LENGTH = 256
ADDRESS_LENGTH = 512


class Person(dict[str, Any]):
    """The form that FAB passes on. It logs it too, so it shows nothing of what it holds."""

    def __repr__(self) -> str:
        return "a person"

    __str__ = __repr__


def account_name(issuer: str, subject: str) -> str:
    """The account's name, by which it is found: of the issuer and the subject, and of nothing that can change hands.

    Airflow compares these names without regard to case, and subjects differ in case. So the digest decides, and what
    is before it only helps people who look for the account at the provider.
    """
    digest = hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()[:32]
    readable = "".join(letter for letter in subject if letter.isascii() and letter.isprintable())[:100]
    return f"{readable}.{digest}"


def person(claims: Mapping[str, Any], issuer: str, roles: list[str]) -> Person:
    name = account_name(issuer, claims["sub"])
    shown = text(claims, "name") or text(claims, "preferred_username") or text(claims, "sub")
    return Person(
        username=name,
        # Airflow wants one for each account, and no two alike.
        email=address(claims) or f"{name}@without-address.invalid",
        first_name=(text(claims, "given_name") or shown)[:NAME_LENGTH],
        last_name=(text(claims, "family_name") or "-")[:NAME_LENGTH],
        role_names=roles,
    )


def address(claims: Mapping[str, Any]) -> str | None:
    """For people to read, and nothing else: it finds no account. One that the provider doubts is not kept."""
    email = text(claims, "email")
    doubted = "email_verified" in claims and not is_true(claims["email_verified"])
    return None if doubted or len(email) > ADDRESS_LENGTH or "@" not in email else email


def text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return "".join(letter for letter in value if letter.isprintable()).strip() if isinstance(value, str) else ""
