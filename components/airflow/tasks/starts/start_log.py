"""Shows at the top of a task's log why its pod did not start, which no pod could write there.

Airflow's API server loads LOGGING_CONFIG in place of Airflow's own, which it is but for the reader of tasks' logs.
"""

from __future__ import annotations

import copy
from itertools import chain
from typing import TYPE_CHECKING, Any

from airflow.config_templates.airflow_local_settings import (
    DEFAULT_LOGGING_CONFIG,
    DEFAULT_REMOTE_CONN_ID,
    REMOTE_TASK_LOG,
)
from airflow.utils.log.file_task_handler import FileTaskHandler, StructuredLogMessage

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.taskinstancehistory import TaskInstanceHistory

# Airflow looks for them beside the config: where logs of ended tasks are read from.
__all__ = ["DEFAULT_REMOTE_CONN_ID", "LOGGING_CONFIG", "REMOTE_TASK_LOG", "StartLogHandler"]

# As patient_executor.py names it. Not imported: that loads the client of Kubernetes in every process that logs.
EVENT = "pod not started"

# By which programs tell these lines from those of the task.
LOGGER = "task_starts"


class StartLogHandler(FileTaskHandler):
    """Airflow's own handler, with the reasons before what it reads."""

    def _read(
        self, ti: TaskInstance | TaskInstanceHistory, try_number: int, metadata: Any | None = None
    ) -> tuple[Any, Any]:
        lines, told = super()._read(ti, try_number, metadata)
        if metadata and "log_pos" in metadata:
            # The rest of a log whose beginning was read already.
            return lines, told
        return chain(reasons(ti, try_number), lines), told


def reasons(ti: TaskInstance | TaskInstanceHistory, try_number: int) -> list[StructuredLogMessage]:
    """Why the pod of this try did not start, oldest first. Empty for one that started at once."""
    # Airflow configures logging before its models can be loaded.
    from airflow.models.log import Log
    from airflow.utils.session import create_session
    from sqlalchemy import select

    rows = (
        select(Log.dttm, Log.extra)
        .where(
            Log.event == EVENT,
            Log.dag_id == ti.dag_id,
            Log.task_id == ti.task_id,
            Log.run_id == ti.run_id,
            Log.map_index == ti.map_index,
            Log.try_number == try_number,
        )
        .order_by(Log.id)
    )
    with create_session(scoped=False) as session:
        return [
            StructuredLogMessage.model_validate(
                {"timestamp": when, "event": f"The task's pod: {text}", "level": "error", "logger": LOGGER}
            )
            for when, text in session.execute(rows)
        ]


def _logging_config() -> dict[str, Any]:
    config: dict[str, Any] = copy.deepcopy(DEFAULT_LOGGING_CONFIG)
    config["handlers"]["task"]["class"] = f"{__name__}.{StartLogHandler.__name__}"
    return config


LOGGING_CONFIG = _logging_config()
