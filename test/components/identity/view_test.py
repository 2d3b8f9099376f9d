"""Where a logout leads, and what the page of a failed login shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_login.refusal import Refused, Unavailable, login_error, tokens_error
from airflow_login.view import end_at_provider, refusal_page, unexpected

AFTER = "https://airflow.example.com/auth/login/"
COMMON = "https%3A%2F%2Fairflow.example.com%2Fauth%2Flogin%2F"


def remote(endpoint: str | None, parameter: str = "post_logout_redirect_uri", path: str | None = None) -> Any:
    settings = SimpleNamespace(issuer="https://login.example.com/", logout_parameter=parameter, logout_path=path)
    metadata = {"end_session_endpoint": endpoint} if endpoint else {}
    return SimpleNamespace(settings=settings, client_id="airflow", load_server_metadata=lambda: metadata)


@pytest.mark.parametrize(
    ("provider", "address"),
    [
        (remote("https://login/end"), f"https://login/end?client_id=airflow&post_logout_redirect_uri={COMMON}"),
        (remote("https://login/logout", "logout_uri"), f"https://login/logout?client_id=airflow&logout_uri={COMMON}"),
        (
            remote(None, "returnTo", "v2/logout"),
            f"https://login.example.com/v2/logout?client_id=airflow&returnTo={COMMON}",
        ),
        (remote(None), None),
    ],
)
def test_leads_to_the_providers_end_of_the_session(provider: Any, address: str | None) -> None:
    assert end_at_provider(provider, None, AFTER) == address
    assert address is None or end_at_provider(provider, "t", AFTER) == f"{address}&id_token_hint=t"


def test_ends_the_session_here_also_while_the_provider_is_down() -> None:
    def down() -> Any:
        raise Unavailable("down")

    provider = remote(None)
    provider.load_server_metadata = down
    assert end_at_provider(provider, None, AFTER) is None


def page(refusal: Refused, who: str | None = None) -> str:
    return refusal_page(refusal, who=who, contact="<us>", reference="5a4ad665", again=AFTER)


def test_shows_nothing_as_markup_that_somebody_else_has_written() -> None:
    shown = page(login_error("made<b>up", "<script>alert(1)</script>"), who="<i>Eve</i>")
    for markup in ("<b>", "<script>", "<i>", "<us>"):
        assert markup not in shown


@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (login_error("invalid_scope", None), "login.scopes"),
        (login_error("unauthorized_client", None), "login.clientId"),
        (tokens_error("invalid_client", None), "login.clientSecret, login.clientKey"),
        (tokens_error("invalid_scope", None), "login.scopes"),
    ],
)
def test_shows_the_key_that_decides(refusal: Refused, key: str) -> None:
    assert f"<code>{key}</code>" in page(refusal)
    assert "5a4ad665" in page(refusal)


def test_takes_a_providers_words_into_one_line_of_the_log_and_no_longer_one() -> None:
    reason = str(login_error("odd", "two\nlines\x1b[31m" + "x" * 1000))
    assert reason.isprintable()
    assert len(reason) < 500


def test_says_nothing_of_an_unexpected_errors_text(caplog: pytest.LogCaptureFixture) -> None:
    words = "canary"
    try:
        raise ValueError(words)
    except ValueError as error:
        refusal = unexpected(error)
    assert "ValueError" in str(refusal)
    assert words not in f"{refusal} {caplog.text}"
    assert "unexpected_errors_text" in caplog.text
