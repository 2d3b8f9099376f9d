"""What a task may ask Airflow's execution API about DAGs: those of its own team, and no others.

With its token a task could otherwise read and write every XCom, start and clear every run. Airflow's own check, that of
its multi-team mode, is of XComs alone, and that mode is not to be had with the login that people use here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID

import jwt
from airflow.models.dag import DagModel
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from request_lanes import of_tasks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from task_pod import Team

# The routes that name a DAG in their path. Others name it as a parameter, or are about the task itself.
NAMED_IN_PATH = re.compile(r"/execution/(?:xcoms|dag-runs|dags|task-instances/previous)/([^/]+)")
PARAMETER = "dag_id"


class TaskBorders:
    """Stands before the whole API server, and looks at requests of tasks that name a DAG."""

    def __init__(self, app: ASGIApp, teams: Mapping[str, Team]) -> None:
        self._app = app
        # By the bundle that is theirs.
        self._teams = teams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (asked := dags_of(scope)):
            refusal = await run_in_threadpool(self._refusal, _task_of(scope), asked)
            if refusal is not None:
                detail = {"reason": "access_denied", "message": refusal}
                await JSONResponse({"detail": detail}, status_code=403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, task: UUID | None, asked: Iterable[str]) -> str | None:
        if task is None:
            # Without a token that can be read: Airflow refuses it, and says so.
            return None
        with create_session() as session:
            own = session.scalar(
                select(DagModel.bundle_name)
                .join(TaskInstance, TaskInstance.dag_id == DagModel.dag_id)
                .where(TaskInstance.id == task)
            )
            found = session.execute(select(DagModel.dag_id, DagModel.bundle_name).where(DagModel.dag_id.in_(asked)))
            bundles = [(dag, bundle) for dag, bundle in found]
        if own is None:
            return "the token is of no task that Airflow knows, so nobody can say whose DAGs it may ask about"
        mine = self._teams.get(own)
        for dag, bundle in bundles:
            team = self._teams.get(bundle)
            # Where neither is a team's they are the same platform's.
            if team is not mine:
                return f"the DAG {dag} is {_whose(team)}, and this task is {_whose(mine)}. {_ask(team)}"
        return None


def dags_of(scope: Scope) -> set[str]:
    """The DAGs that a request to the execution API names."""
    path: str = scope["path"]
    if not of_tasks(path):
        return set()
    parameters = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return {*NAMED_IN_PATH.findall(path), *parameters.get(PARAMETER, [])}


def _task_of(scope: Scope) -> UUID | None:
    """Whose token it is. Not verified here: what passes here is verified by Airflow before anything is done."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return UUID(str(claims.get("sub")))
    except (jwt.InvalidTokenError, ValueError):
        return None


def _whose(team: Team | None) -> str:
    return "no team's" if team is None else f"team {team.name}'s"


def _ask(team: Team | None) -> str:
    return "Ask the platform's engineers." if team is None else f"Ask {' or '.join(team.owners)}, who own it."
