"""What Airflow takes a request for that a proxy has taken out of its TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from public_scheme import PublicScheme

if TYPE_CHECKING:
    from starlette.requests import Request


def client(monkeypatch: pytest.MonkeyPatch, address: str) -> TestClient:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", address)

    def scheme(request: Request) -> Response:
        return PlainTextResponse(request.url.scheme)

    app = Starlette(routes=[Route("/{path:path}", scheme)])
    return TestClient(PublicScheme(app), base_url="http://airflow")


@pytest.mark.parametrize(
    ("address", "path", "scheme"),
    [
        ("https://airflow.example.com", "/auth/login", "https"),
        ("https://example.com/airflow", "/airflow/", "https"),
        ("http://127.0.0.1:8080", "/auth/login", "http"),
        ("https://airflow.example.com", "/execution/task-instances/1/run", "http"),
    ],
)
def test_is_what_the_address_of_people_says(
    monkeypatch: pytest.MonkeyPatch, address: str, path: str, scheme: str
) -> None:
    assert client(monkeypatch, address).get(path).text == scheme


def test_is_not_what_a_header_says(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"x-forwarded-proto": "https", "forwarded": "proto=https"}
    assert client(monkeypatch, "http://127.0.0.1:8080").get("/", headers=headers).text == "http"
