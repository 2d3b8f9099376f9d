"""How many requests the API server works on at once, so that none waits for a connection that only it could give back.

Airflow asks its database from the event loop too: whether a person's token was revoked, for each request. A request that
is under way keeps its connection until the event loop has ended it. With all connections of the pool kept the event loop
waits for one, and nothing goes on until the pool gives up, after 30 s: seen with ten open pages of Airflow's.
"""

from __future__ import annotations

from asyncio import Semaphore
from typing import TYPE_CHECKING

from airflow.configuration import conf

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

TASKS = "tasks"
WAITING = "waiting"
PEOPLE = "people"

# One third stays free: for the event loop, and for requests that open a second connection.
_IN_USE = 2 / 3


def of_tasks(path: str) -> bool:
    """Whether it leads to the execution API, with or without a folder of the address before it."""
    return "/execution/" in path


def lane_of(path: str) -> str:
    """Tasks have a lane of their own, which people cannot fill, and so have requests that last until a run has ended."""
    if of_tasks(path):
        return TASKS
    return WAITING if path.rstrip("/").endswith("/wait") else PEOPLE


def lane_widths() -> dict[str, int]:
    """Requests at once by lane, for Airflow's pool of connections as it is configured."""
    size = conf.getint("database", "sql_alchemy_pool_size", fallback=5)
    overflow = conf.getint("database", "sql_alchemy_max_overflow", fallback=10)
    # Less than none means that Airflow opens as many as it is asked for. Those of PgBouncer have an end.
    connections = size + (overflow if overflow >= 0 else 10)
    requests = max(3, int(connections * _IN_USE))
    tasks = max(1, requests * 2 // 5)
    return {TASKS: tasks, WAITING: 1, PEOPLE: max(1, requests - tasks - 1)}


class RequestLanes:
    """Stands before the whole API server. A request that finds its lane full waits, and holds nothing while it does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lanes = {lane: Semaphore(width) for lane, width in lane_widths().items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        async with self._lanes[lane_of(scope["path"])]:
            await self._app(scope, receive, send)
