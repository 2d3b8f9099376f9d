"""The groups that a provider says somebody is in, in whatever form it says so; and why nobody can tell, when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_login.refusal import NoAccess

# What to look for in a group that is an object, the first that is there.
NAMES = ("name", "value", "id")

MISSING = object()


def find(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or by a path of names with dots between. A name may itself have dots, or be a URL."""
    if path in claims:
        return claims[path]
    for end in range(len(path) - 1, 0, -1):
        inner = claims.get(path[:end]) if path[end] == "." else None
        if isinstance(inner, Mapping):
            found = find(inner, path[end + 1 :])
            if found is not MISSING:
                return found
    return MISSING


def groups_of(claims: Mapping[str, Any], claim: str, separator: str | None) -> list[str]:
    """The groups, or the reason why they cannot be told."""
    value = find(claims, claim)
    if value is MISSING or value is None:
        raise left_out(claims, claim) if is_left_out(claims, claim) else absent(claims, claim)
    if claim == "email" and not is_true(claims.get("email_verified")):
        raise NoAccess(
            "the address that the role hangs on is not verified: email_verified is not true",
            person="Your identity provider has not verified your e-mail address. Verify it there, then log in again.",
            key="login.groupsClaim",
        )
    groups = read(value, separator)
    if groups is None:
        raise NoAccess(
            f"the claim {claim} is {kind(value)}, and no list of groups, no text, and no map by group",
            person="Airflow cannot read which groups you are in.",
            key="login.groupsClaim",
        )
    return groups


def read(value: Any, separator: str | None) -> list[str] | None:
    if isinstance(value, str):
        # Not split unless the stack says so: a group's own name may have commas and spaces, and part of it may be the
        # name of another.
        parts = value.split(separator) if separator else [value]
        return [part.strip() if separator else part for part in parts if part.strip() != ""]
    if isinstance(value, Mapping):
        # By group, with what is known of the membership. One that is switched off is none.
        return [name for name, membership in value.items() if membership and membership != "false"]
    if isinstance(value, list):
        groups = [name_of(item) for item in value]
        return None if value and all(group is None for group in groups) else [group for group in groups if group]
    return None


def name_of(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        return next((item[name] for name in NAMES if isinstance(item.get(name), str)), None)
    return None


def is_left_out(claims: Mapping[str, Any], claim: str) -> bool:
    """OpenID Connect's distributed claims, by which Entra says that there are too many groups for a token."""
    elsewhere = claims.get("_claim_names")
    return (isinstance(elsewhere, Mapping) and claim in elsewhere) or is_true(claims.get("hasgroups"))


def left_out(claims: Mapping[str, Any], claim: str) -> NoAccess:
    return NoAccess(
        f"the claim {claim} is left out because the person is in too many groups; use app roles in place of groups "
        "(groupsClaim: roles), or let the provider send only the groups that are assigned to the application",
        person="You are in more groups than your identity provider tells Airflow.",
        key="login.groupsClaim",
    )


def absent(claims: Mapping[str, Any], claim: str) -> NoAccess:
    there = ", ".join(sorted(str(name) for name in claims))
    return NoAccess(
        f"there is no claim {claim}, in the ID token or at userinfo; there are {there}",
        person="Your identity provider does not tell Airflow which groups you are in.",
        key="login.groupsClaim, login.scopes",
    )


def no_role(groups: list[str], separator: str | None) -> NoAccess:
    one_text = len(groups) == 1 and separator is None and any(mark in groups[0] for mark in ",; ")
    hint = "; it is one text: if it holds several, set login.groupsSeparator" if one_text else ""
    return NoAccess(
        f"none of the person's {len(groups)} groups has a role{hint}",
        person="None of your groups has a role in this Airflow.",
        key="login.adminGroups, login.roles",
    )


def is_true(value: Any) -> bool:
    """Some providers send yes and no as text."""
    return value is True or value == "true"


def kind(value: Any) -> str:
    kinds = {bool: "yes or no", int: "a number", float: "a number", list: "a list of things without a name"}
    return kinds.get(type(value), "something else")
