"""What the scheduler's database has of a run, and what it says on the pods of its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy.exc import OperationalError

import run_trigger
from run_trigger import trigger_annotations

if TYPE_CHECKING:
    from conftest import Runs

KIND = "airflow-linkerd.io/started-by"
USER = "airflow-linkerd.io/started-by-user"


@pytest.mark.parametrize(
    ("triggered_by", "user", "annotations"),
    [
        (DagRunTriggeredByType.UI, "ann", {KIND: "person", USER: "ann"}),
        (DagRunTriggeredByType.REST_API, "0oa1 client", {KIND: "api", USER: "0oa1 client"}),
        (DagRunTriggeredByType.TIMETABLE, None, {KIND: "schedule"}),
        (DagRunTriggeredByType.ASSET, None, {KIND: "asset"}),
        (DagRunTriggeredByType.OPERATOR, "ann", {KIND: "dag", USER: "ann"}),
        (DagRunTriggeredByType.BACKFILL, "olga", {KIND: "backfill", USER: "olga"}),
        (DagRunTriggeredByType.CLI, None, {KIND: "cli"}),
        (None, None, {KIND: "unknown"}),
    ],
)
def test_says_what_started_a_run_and_who(
    runs: Runs, triggered_by: DagRunTriggeredByType | None, user: str | None, annotations: dict[str, str]
) -> None:
    runs.add("values", "one", triggered_by, user)
    assert trigger_annotations("values", "one") == annotations


def test_knows_every_way_to_start_a_run_that_airflow_has() -> None:
    assert set(run_trigger.KINDS) == set(DagRunTriggeredByType)


def test_reads_nothing_that_an_author_writes(runs: Runs) -> None:
    forged = {KIND: "person", USER: "admin", "triggering_user_name": "admin", "triggered_by": "ui"}
    runs.add("values", "manual__admin", DagRunTriggeredByType.TIMETABLE, None, conf=forged)
    assert trigger_annotations("values", "manual__admin") == {KIND: "schedule"}


def test_tells_runs_apart_by_their_dag(runs: Runs) -> None:
    runs.add("values", "one", DagRunTriggeredByType.UI, "ann")
    runs.add("invoices", "one", DagRunTriggeredByType.UI, "bill")
    assert trigger_annotations("invoices", "one")[USER] == "bill"


def test_says_unknown_of_a_run_that_is_gone(runs: Runs) -> None:
    assert trigger_annotations("values", "gone") == {KIND: "unknown"}


def test_asks_again_where_the_connection_was_lost(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.add("values", "one", DagRunTriggeredByType.UI, "ann")
    asked = []

    def create_session(**kwargs: bool) -> object:
        asked.append(kwargs)
        if len(asked) == 1:
            raise OperationalError("SELECT", {}, Exception("server closed the connection"))
        return runs.session()

    monkeypatch.setattr(run_trigger, "create_session", create_session)
    assert trigger_annotations("values", "one")[USER] == "ann"
    assert asked == [{"scoped": False}] * 2
