"""Who comes in while the login's provider is down, and who does not."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from fastapi import HTTPException

from airflow_login.break_glass import AUDIENCE, BreakGlass, Visitor, is_for_here, open_beside, read_break_glass

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "system:serviceaccount:airflow:airflow-break-glass"
RIGHTS = {("can_read", "Connections")}


def token(**changes: Any) -> str:
    now = int(time.time())
    said = {"aud": [AUDIENCE], "sub": ACCOUNT, "iat": now, "exp": now + 3600, **changes}
    return jwt.encode(said, "nobody looks at the signature here, Kubernetes does", algorithm="HS256")


def reviewed(**changes: Any) -> dict[str, Any]:
    extra = {"authentication.kubernetes.io/credential-id": ["JTI=4711"]}
    user = {"username": ACCOUNT, "extra": extra}
    return {"authenticated": True, "audiences": [AUDIENCE], "user": user, **changes}


def visit(given: str, status: dict[str, Any], hours: float = 1) -> Visitor:
    until = datetime.now(UTC) + timedelta(hours=hours)
    return BreakGlass(until, ACCOUNT, lambda _: status, lambda: RIGHTS).visitor(given)


def test_lets_the_cluster_s_administrators_in_under_the_token_s_own_name() -> None:
    visitor = visit(token(), reviewed())
    # By which the cluster's audit log has who asked for it.
    assert visitor.get_name() == "break-glass:4711"
    assert FabAuthManager._get_user_permissions(visitor) == RIGHTS  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "status", "hours", "reason"),
    [
        ({}, {}, 0, "it was open until"),
        ({}, {"authenticated": False}, 1, "Kubernetes does not vouch"),
        ({}, {"authenticated": None}, 1, "Kubernetes does not vouch"),
        ({}, {"audiences": []}, 1, "Kubernetes does not vouch"),
        ({}, {"audiences": ["https://kubernetes.default.svc"]}, 1, "Kubernetes does not vouch"),
        ({}, {"user": {"username": "system:serviceaccount:team-analytics:airflow-task"}}, 1, "the token is not of"),
        ({}, {"user": {"username": "ada"}}, 1, "the token is not of"),
        ({"exp": int(time.time()) + 7200}, {}, 1, "lives for more than an hour"),
    ],
)
def test_refuses(given: dict[str, Any], status: dict[str, Any], hours: float, reason: str) -> None:
    with pytest.raises(HTTPException, match=reason) as refusal:
        visit(token(**given), reviewed(**status), hours)
    assert refusal.value.status_code == 401


@pytest.mark.parametrize("given", ["no token", token(aud="https://kubernetes.default.svc"), token(aud=None)])
def test_asks_nobody_about_what_is_not_for_here(given: str) -> None:
    assert not is_for_here(given)
    assert is_for_here(token())


def test_gives_no_token_that_outlives_the_hour() -> None:
    visitor: Any = visit(token(), reviewed())
    with pytest.raises(HTTPException, match="gets no token of Airflow's"):
        FabAuthManager.serialize_user(object.__new__(FabAuthManager), visitor)


def test_is_shut_unless_the_stack_says_until_when_it_is_open(tmp_path: Path) -> None:
    assert read_break_glass(tmp_path) is None
    written = {"until": "2026-11-26T12:00:00.000Z", "account": ACCOUNT}
    (tmp_path / "break-glass.json").write_text(json.dumps(written))
    door = read_break_glass(tmp_path)
    assert door is not None
    with pytest.raises(HTTPException, match="2025-11-26T12:00:00"):
        BreakGlass(datetime(2025, 11, 26, 12, tzinfo=UTC), ACCOUNT).visitor(token())


def test_leaves_the_other_ways_in_as_they_are() -> None:
    class Manager:
        async def get_user_from_token(self, given: str) -> str:
            return f"usual {given}"

    manager: Any = Manager()
    open_beside(manager, BreakGlass(datetime.now(UTC) + timedelta(hours=1), ACCOUNT, lambda _: reviewed(), set))
    assert asyncio.run(manager.get_user_from_token("own")) == "usual own"
    assert asyncio.run(manager.get_user_from_token(token())).get_name() == "break-glass:4711"
