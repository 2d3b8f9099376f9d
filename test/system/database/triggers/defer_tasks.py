"""Has the tasks of the DAG `ends`, and one of another team's, wait for a trigger each, as if they had deferred themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.models.dagbag import DBDagBag
from airflow.models.hitl import HITLDetail
from airflow.models.trigger import Trigger
from airflow.providers.standard.triggers.hitl import HITLTrigger
from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from ending_trigger import EndingTrigger
from sqlalchemy.orm import object_session

NOW = datetime.now(UTC)
PAST = NOW - timedelta(minutes=1)


def main() -> None:
    with create_session() as session:
        for dag_id, team in (("ends", "analytics"), ("invoices", "billing")):
            dag = DBDagBag().get_latest_version_of_dag(dag_id, session=session)
            run = dag.create_dagrun(
                run_id="deferred",
                run_after=NOW,
                run_type=DagRunType.MANUAL,
                triggered_by=DagRunTriggeredByType.TEST,
                state=DagRunState.RUNNING,
                session=session,
            )
            session.flush()
            for task in run.get_task_instances(session=session):
                task.state = TaskInstanceState.DEFERRED
                task.try_number = 1
                task.start_date = PAST
                task.next_method = "execute_complete"
                classpath, kwargs = trigger(task).serialize()
                waiting_for = Trigger(classpath, kwargs, team_name=team)
                session.add(waiting_for)
                session.flush()
                task.trigger_id = waiting_for.id


def trigger(task):
    ends = {
        "succeeds": DateTimeTrigger(moment=PAST, end_from_trigger=True),
        "returns": EndingTrigger("success", {"return_value": 42}),
        "fails": EndingTrigger("failed"),
        "tries_again": EndingTrigger("failed"),
        "skips": EndingTrigger("skipped"),
    }
    if task.task_id == "asks":
        object_session(task).add(
            HITLDetail(ti_id=task.id, options=["yes", "no"], subject="Go on?", defaults=["no"], params={})
        )
        return HITLTrigger(
            ti_id=task.id, options=["yes", "no"], params={}, defaults=["no"], timeout_datetime=PAST, poke_interval=1
        )
    return ends.get(task.task_id, EndingTrigger("success"))


if __name__ == "__main__":
    main()
