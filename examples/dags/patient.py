"""A sensor that waits in the triggerer, so that no pod of its own runs meanwhile."""

from datetime import timedelta

from airflow.providers.standard.sensors.time_delta import TimeDeltaSensor
from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def patient():
    @task
    def arrive() -> str:
        return "on time"

    # From the moment that the run was due. Long enough for its pod to have to hand over to the triggerer.
    TimeDeltaSensor(task_id="wait", delta=timedelta(seconds=30), deferrable=True) >> arrive()


patient()
