"""What started a run of a DAG, as the scheduler's database has it.

A run's `conf`, its name and its DAG are what an author or a client writes, and none of them is read here.
"""

from __future__ import annotations

from airflow.models.dagrun import DagRun
from airflow.utils.retries import run_with_db_retries
from airflow.utils.session import create_session
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select

# On a task's pod: what started its run, and who, where it was somebody. The gate takes both from the scheduler alone.
STARTED_BY = "airflow-linkerd.io/started-by"
STARTED_BY_USER = "airflow-linkerd.io/started-by-user"

# Airflow tells a person in the interface from a client of the API by a header that a client may send too. The user is
# in either case the one whose token it was.
KINDS = {
    DagRunTriggeredByType.UI: "person",
    DagRunTriggeredByType.REST_API: "api",
    DagRunTriggeredByType.CLI: "cli",
    DagRunTriggeredByType.TIMETABLE: "schedule",
    DagRunTriggeredByType.ASSET: "asset",
    DagRunTriggeredByType.OPERATOR: "dag",
    DagRunTriggeredByType.BACKFILL: "backfill",
    DagRunTriggeredByType.TEST: "test",
}
# A run that an older version of Airflow made has no record of it.
UNKNOWN = "unknown"


def trigger_annotations(dag_id: str, run_id: str) -> dict[str, str]:
    """Annotations for the pods of a run's tasks. Asks the database once, and again where its connection was lost."""
    query = select(DagRun.triggered_by, DagRun.triggering_user_name).where(
        DagRun.dag_id == dag_id, DagRun.run_id == run_id
    )
    for attempt in run_with_db_retries():
        # Of its own, so that nothing that the scheduler has begun is ended with it.
        with attempt, create_session(scoped=False) as session:
            triggered_by, user = session.execute(query).one_or_none() or (None, None)
    annotations = {STARTED_BY: UNKNOWN if triggered_by is None else KINDS[triggered_by]}
    return annotations if user is None else {**annotations, STARTED_BY_USER: user}
