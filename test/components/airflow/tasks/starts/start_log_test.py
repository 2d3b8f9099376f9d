"""What Airflow's reader of tasks' logs gives, with its database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow import settings
from airflow.logging_config import get_remote_task_log
from airflow.models.base import Base
from airflow.models.log import Log
from airflow.models.taskinstancekey import TaskInstanceKey
from airflow.utils.log.file_task_handler import FileTaskHandler, StructuredLogMessage
from airflow.utils.log.log_reader import TaskLogReader
from airflow.utils.session import create_session

import patient_executor
import start_log

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = TaskInstanceKey(dag_id="values", task_id="give", run_id="manual__1", try_number=2, map_index=-1)


@pytest.fixture
def reasons_recorded() -> Iterator[None]:
    table: Any = Log.__table__
    Base.metadata.create_all(settings.engine, tables=[table])
    with create_session() as session:
        session.query(Log).delete()
        for event, key, extra in (
            (start_log.EVENT, KEY, "there is no room"),
            (start_log.EVENT, KEY, "no node takes the pod"),
            (start_log.EVENT, KEY._replace(try_number=1), "of another try"),
            (start_log.EVENT, KEY._replace(map_index=3), "of another instance"),
            (start_log.EVENT, KEY._replace(dag_id="other"), "of another DAG"),
            ("trigger_dag_run", KEY, "another event"),
        ):
            session.add(Log(event=event, task_instance=key, extra=extra))
    yield
    with create_session() as session:
        session.query(Log).delete()


def task_instance() -> Any:
    return SimpleNamespace(**KEY._asdict())


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> start_log.StartLogHandler:
    lines = [StructuredLogMessage(event="of the task")]
    monkeypatch.setattr(
        FileTaskHandler, "_read", lambda *_: ((line for line in lines), {"end_of_log": True, "log_pos": 1})
    )
    return start_log.StartLogHandler("/nowhere")


def events(stream: Any) -> list[str]:
    return [line.event for line in stream]


def test_begins_a_log_with_why_that_try_did_not_start(
    reasons_recorded: None, handler: start_log.StartLogHandler
) -> None:
    stream, metadata = handler.read(task_instance(), 2, {})
    lines = list(stream)
    assert events(lines) == ["The task's pod: there is no room", "The task's pod: no node takes the pod", "of the task"]
    assert lines[0].model_dump()["logger"] == start_log.LOGGER
    assert lines[0].timestamp is not None
    # Airflow counts its own lines alone, to know where to read on.
    assert metadata["log_pos"] == 1
    stream, _ = handler.read(task_instance(), 2, metadata)
    assert events(stream) == ["of the task"]


def test_leaves_the_log_of_a_task_that_started_as_it_is(
    reasons_recorded: None, handler: start_log.StartLogHandler
) -> None:
    stream, _ = handler.read(task_instance(), 3, {})
    assert events(stream) == ["of the task"]


def test_names_the_event_as_the_executor_does() -> None:
    assert start_log.EVENT == patient_executor.EVENT


def test_is_the_reader_that_airflow_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", "start_log.LOGGING_CONFIG")
    # As Airflow's own start does it.
    from airflow.logging_config import configure_logging

    configure_logging()
    try:
        assert isinstance(TaskLogReader().log_handler, start_log.StartLogHandler)
        assert get_remote_task_log() is None
    finally:
        monkeypatch.undo()
        configure_logging()
    assert not isinstance(TaskLogReader().log_handler, start_log.StartLogHandler)
