"""Groups in every form that a provider sends them in, and the reasons why there are none."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_login.groups import MISSING, find, groups_of, no_role
from airflow_login.refusal import NoAccess


@pytest.mark.parametrize(
    ("claims", "path", "found"),
    [
        ({"groups": ["a"]}, "groups", ["a"]),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ["a"]),
        ({"resource_access": {"air.flow": {"roles": ["a"]}}}, "resource_access.air.flow.roles", ["a"]),
        ({"https://airflow.example.com/groups": ["a"]}, "https://airflow.example.com/groups", ["a"]),
        ({"https://airflow.example.com/access": {"groups": ["a"]}}, "https://airflow.example.com/access.groups", ["a"]),
        ({"cognito:groups": ["a"]}, "cognito:groups", ["a"]),
        # The name as it is goes before the path.
        ({"a.b": 1, "a": {"b": 2}}, "a.b", 1),
        ({"a": {"b": {"c": 1}}, "a.b": {"d": 2}}, "a.b.c", 1),
        ({"a": ["b"]}, "a.b", MISSING),
        ({"a": {"b": 1}}, "a.", MISSING),
        ({}, "groups", MISSING),
    ],
)
def test_finds_a_claim_by_name_or_path(claims: dict[str, Any], path: str, found: Any) -> None:
    assert find(claims, path) is found or find(claims, path) == found


@pytest.mark.parametrize(
    ("value", "separator", "groups"),
    [
        (["a", "b"], None, ["a", "b"]),
        ([], None, []),
        ("a", None, ["a"]),
        ("", None, []),
        ("a, b", None, ["a, b"]),
        ("a, b,,c", ",", ["a", "b", "c"]),
        ("a b", " ", ["a", "b"]),
        (["a, b"], ",", ["a, b"]),
        ({"a": True, "b": {"org": "x"}, "c": False, "d": None, "e": "false", "f": {}}, None, ["a", "b"]),
        ([{"name": "a", "id": "1"}, {"value": "b"}, {"id": "c"}], None, ["a", "b", "c"]),
        (["a", 1, None, {"other": "b"}], None, ["a"]),
    ],
)
def test_reads_groups(value: Any, separator: str | None, groups: list[str]) -> None:
    assert groups_of({"groups": value}, "groups", separator) == groups


@pytest.mark.parametrize("value", [42, True, 1.5, [1, 2], [{"other": "a"}], [["a"]]])
def test_says_of_a_form_that_it_does_not_read_that_it_does_not(value: Any) -> None:
    with pytest.raises(NoAccess, match=r"the claim groups is .*, and no list of groups"):
        groups_of({"groups": value}, "groups", None)


def test_says_which_claims_there_are_in_place_of_the_one_that_is_not() -> None:
    with pytest.raises(NoAccess, match=r"there is no claim groups, .*; there are email, sub$") as refusal:
        groups_of({"sub": "canary", "email": "canary@example.com"}, "groups", None)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": {"groups": "src1"}},
        {"hasgroups": True},
        {"hasgroups": "true"},
        {"groups": None, "hasgroups": True},
    ],
)
def test_says_that_there_are_too_many(claims: dict[str, Any]) -> None:
    with pytest.raises(NoAccess, match="too many groups; use app roles"):
        groups_of(claims, "groups", None)


def test_does_not_take_another_claim_that_is_left_out_for_this_one() -> None:
    with pytest.raises(NoAccess, match="there is no claim groups"):
        groups_of({"_claim_names": {"address": "src1"}}, "groups", None)


@pytest.mark.parametrize(
    ("verified", "known"), [(True, True), ("true", True), (False, False), (None, False), (1, False)]
)
def test_takes_an_address_for_a_group_only_when_it_is_verified(verified: Any, known: bool) -> None:
    claims = {"email": "ada@example.com", "email_verified": verified}
    if known:
        assert groups_of(claims, "email", None) == ["ada@example.com"]
    else:
        with pytest.raises(NoAccess, match="not verified"):
            groups_of(claims, "email", None)


def test_says_that_one_text_may_be_several_groups_and_does_not_say_which() -> None:
    assert "set login.groupsSeparator" in str(no_role(["canary, other"], None))
    assert "canary" not in str(no_role(["canary, other"], None))
    assert "groupsSeparator" not in str(no_role(["one"], None))
    assert "groupsSeparator" not in str(no_role(["one, two"], ","))
