"""The conversation with the provider, in Airflow's own libraries, with a provider that answers as each test says."""

from __future__ import annotations

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from authlib.integrations.base_client import OAuthError
from requests import ConnectionError as NoConnection
from requests import Response, Session

from airflow_login import provider as module
from airflow_login.configuration import configuration
from airflow_login.provider import LIFETIME, Provider
from airflow_login.refusal import Refused, Unavailable
from airflow_login.settings import Settings

ISSUER = "https://login.example.com"
DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "userinfo_endpoint": f"{ISSUER}/me",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
}
SETTINGS = Settings(
    folder=Path("/nowhere"),
    provider="okta",
    issuer=ISSUER,
    client_id="airflow",
    scopes=["openid"],
    announced_scopes=[],
    groups_claim="groups",
    groups_separator=None,
    roles_by_group={},
    contact="us",
    logout_parameter="post_logout_redirect_uri",
    logout_path=None,
)


class Known(Provider):
    """Asks nobody, and is told what it is answered."""

    client_secret = "s3cret"

    def __init__(self, discovery: Any = DISCOVERY) -> None:
        super().__init__(None, "okta", settings=SETTINGS)
        self.discovery = discovery
        self.userinfo_answer: Any = {}
        self.asked = 0

    def _fetch(self, address: str, what: str, key: str) -> Any:
        self.asked += 1
        if isinstance(self.discovery, Exception):
            raise self.discovery
        return self.discovery

    def get(self, url: str, **kwargs: Any) -> Any:
        if isinstance(self.userinfo_answer, Exception):
            raise self.userinfo_answer
        response = Response()
        response.status_code = 200
        response.json = lambda **_: self.userinfo_answer  # type: ignore[method-assign]
        return response


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "client_key", lambda self: None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": f"{ISSUER}/"}, "calls itself"),
        ({"issuer": "https://evil.example"}, "calls itself"),
        ({"issuer": None}, "calls itself"),
        ({"token_endpoint": "http://login.example.com/token"}, "token_endpoint is no https:// address"),
        ({"userinfo_endpoint": "http://login.example.com/me"}, "userinfo_endpoint is no https:// address"),
        ({"jwks_uri": 5}, "jwks_uri is no https:// address"),
    ],
)
def test_believes_no_description_that_is_anothers_or_leads_to_where_all_can_listen(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unavailable, match=reason):
        Known({**DISCOVERY, **changes}).load_server_metadata()


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_says_which_address_is_missing(name: str) -> None:
    discovery = {key: value for key, value in DISCOVERY.items() if key != name}
    with pytest.raises(Unavailable, match=f"has no {name}"):
        Known(discovery).load_server_metadata()


def test_takes_no_setting_of_its_connections_from_the_provider() -> None:
    known = Known({**DISCOVERY, "verify": False, "proxies": {}, "jwks": {"keys": []}, "scope": "all"})
    assert set(known.load_server_metadata()) - {"_loaded_at"} == set(DISCOVERY)


def test_reads_the_description_once_an_hour_and_goes_on_with_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known()
    known.load_server_metadata()
    known.load_server_metadata()
    assert known.asked == 1
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + LIFETIME + 1)
    known.discovery = Unavailable("down")
    assert known.load_server_metadata()["token_endpoint"] == f"{ISSUER}/token"
    assert known.asked == 2


class Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to the right description, at another address of its own."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/elsewhere" else 302)
        self.send_header("location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps({**DISCOVERY, "issuer": self.issuer()}).encode())

    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def log_message(self, *_: object) -> None:
        pass


def test_follows_no_redirect_to_a_description() -> None:
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    issuer = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        with pytest.raises(Unavailable, match="which leads elsewhere"):
            Provider(None, "okta", settings=replace(SETTINGS, issuer=issuer)).load_server_metadata()
    finally:
        server.shutdown()


def claims_of(userinfo: Any, **id_token: Any) -> dict[str, Any]:
    known = Known()
    known.userinfo_answer = userinfo
    return known.all_claims({"userinfo": {"sub": "ada", **id_token}, "access_token": "t"})


def test_asks_userinfo_for_what_the_id_token_lacks_and_believes_the_id_token_before_it() -> None:
    claims = claims_of({"sub": "ada", "groups": ["a"], "name": "Eve"}, name="Ada")
    assert claims == {"sub": "ada", "groups": ["a"], "name": "Ada"}


@pytest.mark.parametrize("userinfo", [{"sub": "eve", "groups": ["a"]}, {"groups": ["a"]}, ["a"], "text"])
def test_takes_no_groups_of_somebody_else(userinfo: Any) -> None:
    with pytest.raises(Refused, match="about somebody else"):
        claims_of(userinfo)


def test_takes_one_address_not_for_verified_because_another_is() -> None:
    userinfo = {"sub": "ada", "email": "a@example.com", "email_verified": True}
    assert "email_verified" not in claims_of({**userinfo}, email="b@example.com")
    assert claims_of({**userinfo}, email="a@example.com")["email_verified"] is True
    unproved = {"sub": "ada", "email": "b@example.com"}
    assert "email_verified" not in claims_of(unproved, email_verified=True)


def test_takes_nobodys_roles_because_userinfo_is_down() -> None:
    with pytest.raises(Unavailable, match="userinfo could not be read"):
        claims_of(NoConnection())
    assert claims_of(NoConnection(), groups=["a"])["groups"] == ["a"]


class Client:
    """The library's, of which only the answers count."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []

    def __call__(self, **settings: Any) -> Client:
        self.method = settings["token_endpoint_auth_method"].__name__
        return self

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def fetch_token(self, url: str, **asked: Any) -> Any:
        self.asked.append({"url": url, "by": self.method, **asked})
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def exchange(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> tuple[Any, list[Any]]:
    known, client = Known(), Client(list(answers))
    monkeypatch.setattr(known, "_get_oauth_client", client)
    try:
        return known.fetch_access_token("https://airflow/back", code="1"), client.asked
    except OAuthError as error:
        return error.error, client.asked


def test_tries_the_other_method_where_the_client_is_registered_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    said, asked = exchange(monkeypatch, OAuthError("invalid_client"), {"id_token": "t"})
    assert said == {"id_token": "t"}
    assert [one["by"] for one in asked] == ["client_secret_basic", "client_secret_post"]
    assert all(one["allow_redirects"] is False for one in asked)


def test_tries_no_other_method_for_another_reason_or_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    said, asked = exchange(monkeypatch, OAuthError("invalid_grant"))
    assert (said, len(asked)) == ("invalid_grant", 1)
    said, asked = exchange(monkeypatch, OAuthError("invalid_client"), OAuthError("invalid_client"))
    assert (said, len(asked)) == ("invalid_client", 2)


@pytest.mark.parametrize(
    ("address", "secure"), [("https://airflow.example.com", True), ("http://127.0.0.1:8080", False)]
)
def test_sends_its_cookie_over_https_alone_where_people_come_by_https(
    monkeypatch: pytest.MonkeyPatch, address: str, secure: bool
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", address)
    assert configuration([SETTINGS])["SESSION_COOKIE_SECURE"] is secure


def test_believes_the_stacks_authority_alone_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(Session, "send", lambda _self, _request, **how: seen.append(how["verify"]) or Response())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/of-this-machine.pem")
    for folder in ("settings", "client"):
        (tmp_path / folder).mkdir()
    (tmp_path / "client" / "client-secret").write_text("s3cret")
    remote = Provider(None, "okta", settings=replace(SETTINGS, folder=tmp_path))
    authority = tmp_path / "settings" / "authority.crt"
    for expected in ("/etc/ssl/of-this-machine.pem", str(authority)):
        for session in (remote._get_session(), remote._get_oauth_client()):
            session.request("GET", ISSUER, withhold_token=True)
        assert seen[-2:] == [expected, expected]
        authority.write_text("pem")
