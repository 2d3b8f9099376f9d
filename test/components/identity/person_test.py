"""Somebody whom the provider vouches for, in the columns of Airflow's table of users."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_login.person import account_name, person

ISSUER = "https://login.example.com"


def made(**claims: Any) -> Any:
    return person({"sub": "ada", **claims}, ISSUER, ["Viewer"])


def test_names_an_account_by_issuer_and_subject_and_by_nothing_that_can_change_hands() -> None:
    name = made(email="a@example.com", name="Ada")["username"]
    assert name == made(email="b@example.com", name="Bob")["username"]
    assert name.startswith("ada.")
    assert name != account_name("https://other.example.com", "ada")


def test_tells_names_apart_that_airflow_takes_for_one() -> None:
    subjects = ["ada", "ADA", "ada ", "ad\u0430", "ada\n", "\uff45ada"]
    assert len({account_name(ISSUER, subject).lower() for subject in subjects}) == len(subjects)


def test_does_not_mistake_an_issuer_with_a_subject_for_another_pair() -> None:
    assert account_name("a\nb", "c").split(".")[-1] != account_name("a", "b\nc").split(".")[-1]
    assert account_name('a", "b', "c").split(".")[-1] != account_name("a", 'b", "c').split(".")[-1]


@pytest.mark.parametrize(
    ("claims", "kept"),
    [
        ({"email": "a@example.com", "email_verified": True}, True),
        ({"email": "a@example.com", "email_verified": "true"}, True),
        ({"email": "a@example.com"}, True),
        ({"email": "a@example.com", "email_verified": False}, False),
        ({"email": "a@example.com", "email_verified": None}, False),
        ({"email": "x" * 600 + "@example.com"}, False),
        ({"email": 5}, False),
        ({"email": "nobody"}, False),
        ({}, False),
    ],
)
def test_keeps_an_address_that_the_provider_does_not_doubt(claims: dict[str, Any], kept: bool) -> None:
    address = made(**claims)["email"]
    assert (address == claims.get("email")) is kept
    assert kept or address.endswith("@without-address.invalid")


def test_fits_into_the_columns_whatever_the_provider_sends() -> None:
    long = "é\u0000\n" * 5000
    fields = person({"sub": long, "name": long, "given_name": long, "family_name": long, "email": long}, ISSUER, [])
    for column, most in {"username": 512, "email": 512, "first_name": 256, "last_name": 256}.items():
        assert 0 < len(fields[column]) <= most
        assert fields[column].isprintable()


@pytest.mark.parametrize(
    ("claims", "first", "last"),
    [
        ({"given_name": "Ada", "family_name": "King"}, "Ada", "King"),
        ({"name": "Ada King"}, "Ada King", "-"),
        ({"preferred_username": "ada.king"}, "ada.king", "-"),
        ({"name": ["Ada"]}, "ada", "-"),
        ({}, "ada", "-"),
    ],
)
def test_shows_the_best_name_there_is(claims: dict[str, Any], first: str, last: str) -> None:
    fields = made(**claims)
    assert (fields["first_name"], fields["last_name"]) == (first, last)


def test_shows_nothing_of_what_it_holds_to_a_log() -> None:
    somebody = made(email="canary@example.com", name="canary")
    assert "canary" not in f"{somebody} {somebody!r} {[somebody]}"
