"""The way in while the login's provider is down: by a token that Kubernetes makes, for one account, one audience and an hour.

Whoever may ask the cluster for it administers the cluster, and its audit log has who did. The name under which Airflow's own
audit log has what was done then is that of the same token.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import jwt
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.providers.fab.auth_manager.models import Role
from airflow.utils.session import create_session
from fastapi import HTTPException
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

AUDIENCE = "airflow-break-glass"

# Seconds that a token may live. Kubernetes makes them for an hour unless asked for more.
LONGEST_LIFE = 3600

# What Kubernetes calls the token, in its audit log too.
CREDENTIAL = "authentication.kubernetes.io/credential-id"

Right = tuple[str, str]


@dataclass(frozen=True)
class Visitor(BaseUser):
    """Somebody who came in this way, with the permissions of Airflow's administrators."""

    name: str
    perms: Collection[Right]

    roles: ClassVar[Sequence[object]] = ()

    def get_id(self) -> str:
        return self.name

    def get_name(self) -> str:
        return self.name

    @property
    def id(self) -> str:
        """What Airflow would put into a token of its own, which would outlive the hour."""
        raise HTTPException(403, "Who came in by break-glass gets no token of Airflow's: ask the cluster for another")


class BreakGlass:
    """Open until a moment that the stack names. Kubernetes is asked about each token with each request."""

    def __init__(
        self,
        until: datetime,
        account: str,
        review: Callable[[str], Mapping[str, Any]] | None = None,
        rights: Callable[[], Collection[Right]] | None = None,
    ) -> None:
        self._until = until
        # As Kubernetes calls it: system:serviceaccount:<namespace>:<name>.
        self._account = account
        self._review = review or review_token
        self._rights = rights or administrators_rights

    def visitor(self, token: str) -> Visitor:
        """Of a token that is for here.

        :raises HTTPException: where it does not count.
        """
        if time.time() >= self._until.timestamp():
            raise refused(f"it was open until {self._until.isoformat()}")
        status = self._review(token)
        user = status.get("user") or {}
        if status.get("authenticated") is not True or AUDIENCE not in (status.get("audiences") or []):
            raise refused("Kubernetes does not vouch for the token")
        if user.get("username") != self._account:
            raise refused(f"the token is not of {self._account}")
        # Kubernetes has checked what it says.
        claims = unverified(token)
        if claims["exp"] - claims["iat"] > LONGEST_LIFE:
            raise refused("the token lives for more than an hour")
        [credential] = (user.get("extra") or {}).get(CREDENTIAL) or ["without-a-name"]
        visitor = Visitor(f"break-glass:{credential.removeprefix('JTI=')}", self._rights())
        log.warning("%s is in, as an administrator", visitor.name)
        return visitor


def is_for_here(token: str) -> bool:
    """Whether a token says that it is. Not verified: it says whom to ask."""
    said = unverified(token).get("aud")
    return AUDIENCE in (said if isinstance(said, list) else [said])


def unverified(token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return claims


def refused(reason: str) -> HTTPException:
    log.warning("Somebody was refused by break-glass: %s", reason)
    return HTTPException(401, f"Break-glass lets nobody in: {reason}")


def review_token(token: str) -> Mapping[str, Any]:
    from kubernetes import client, config

    configuration = client.Configuration()
    config.load_incluster_config(client_configuration=configuration)
    with client.ApiClient(configuration) as api:
        review = client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token, audiences=[AUDIENCE]))
        answer = client.AuthenticationV1Api(api).create_token_review(review, _request_timeout=10)
        found: Mapping[str, Any] = api.sanitize_for_serialization(answer.status)
        return found


def administrators_rights() -> Collection[Right]:
    with create_session() as session:
        role = session.scalar(select(Role).where(Role.name == "Admin"))
        return frozenset() if role is None else {(each.action.name, each.resource.name) for each in role.permissions}


def read_break_glass(settings: Path) -> BreakGlass | None:
    """None where the stack leaves it shut."""
    file = settings / "break-glass.json"
    if not file.exists():
        return None
    written = json.loads(file.read_text())
    return BreakGlass(datetime.fromisoformat(written["until"]), written["account"])


def open_beside(manager: Any, door: BreakGlass) -> None:
    """The way in beside those that the manager has."""
    usual = manager.get_user_from_token

    async def get_user_from_token(token: str) -> BaseUser:
        # A thread for each request would be a wait for each.
        if not is_for_here(token):
            found: BaseUser = await usual(token)
            return found
        return await run_in_threadpool(door.visitor, token)

    manager.get_user_from_token = get_user_from_token
