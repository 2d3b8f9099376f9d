"""How many requests are under way at once, behind the lanes of the API server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from request_lanes import PEOPLE, TASKS, WAITING, RequestLanes, lane_of, lane_widths

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class Desk:
    """An application whose requests last until they are let go. Counts those that are under way."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0
        self.ended = 0
        self.let_go = asyncio.Event()

    async def __call__(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.let_go.wait()
        self.under_way -= 1
        self.ended += 1


async def receive() -> Message:
    raise AssertionError("nobody reads")


async def send(_message: Message) -> None:
    raise AssertionError("nobody writes")


def ask(lanes: RequestLanes, path: str, kind: str = "http") -> asyncio.Task[None]:
    return asyncio.ensure_future(lanes({"type": kind, "path": path}, receive, send))


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("path", "lane"),
    [
        ("/execution/task-instances/1/heartbeat", TASKS),
        ("/airflow/execution/task-instances/1/run", TASKS),
        ("/api/v2/dags/one/dagRuns/r/wait", WAITING),
        ("/ui/dags", PEOPLE),
        ("/api/v2/dags/wait/details", PEOPLE),
        ("/", PEOPLE),
    ],
)
def test_has_a_lane_for_each_path(path: str, lane: str) -> None:
    assert lane_of(path) == lane


@pytest.mark.parametrize(("size", "overflow", "connections"), [(5, 10, 15), (20, 0, 20), (5, -1, 15), (1, 0, 4)])
def test_leaves_connections_for_the_event_loop(
    monkeypatch: pytest.MonkeyPatch, size: int, overflow: int, connections: int
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE", str(size))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW", str(overflow))
    widths = lane_widths()
    assert set(widths) == {TASKS, WAITING, PEOPLE}
    assert min(widths.values()) >= 1
    assert sum(widths.values()) < connections


def test_lets_no_more_in_than_a_lane_has_room_for_and_all_of_them_in_the_end() -> None:
    async def crowd() -> tuple[int, int]:
        desk = Desk()
        lanes = RequestLanes(desk)
        asked = [ask(lanes, "/ui/dags") for _ in range(50)]
        await settled()
        desk.let_go.set()
        await asyncio.gather(*asked)
        return desk.most, desk.ended

    assert asyncio.run(crowd()) == (lane_widths()[PEOPLE], 50)


def test_lets_a_task_in_while_people_and_those_who_wait_for_runs_fill_their_lanes() -> None:
    async def crowd() -> list[int]:
        desk = Desk()
        lanes = RequestLanes(desk)
        asked = [ask(lanes, path) for path in ["/ui/dags", "/api/v2/dags/a/dagRuns/r/wait"] for _ in range(50)]
        await settled()
        before = desk.under_way
        asked.append(ask(lanes, "/execution/task-instances/1/heartbeat"))
        await settled()
        seen = [before, desk.under_way]
        desk.let_go.set()
        await asyncio.gather(*asked)
        return seen

    widths = lane_widths()
    full = widths[PEOPLE] + widths[WAITING]
    assert asyncio.run(crowd()) == [full, full + 1]


def test_gives_the_place_back_when_a_request_fails() -> None:
    async def fails(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise OSError("the database is away")

    async def crowd() -> list[object]:
        lanes = RequestLanes(fails)
        return await asyncio.gather(*(ask(lanes, "/ui/dags") for _ in range(30)), return_exceptions=True)

    assert [str(result) for result in asyncio.run(crowd())] == ["the database is away"] * 30


def test_lets_the_start_and_the_end_of_the_server_pass() -> None:
    async def crowd() -> int:
        desk = Desk()
        desk.let_go.set()
        await ask(RequestLanes(desk), "", "lifespan")
        return desk.ended

    assert asyncio.run(crowd()) == 1
