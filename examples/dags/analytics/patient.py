"""A sensor that waits in the triggerer, so that no pod of its own runs meanwhile."""

from datetime import timedelta

from airflow.providers.standard.sensors.time_delta import WaitSensor
from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def patient():
    @task
    def arrive() -> str:
        return "on time"

    WaitSensor(task_id="wait", time_to_wait=timedelta(seconds=10), deferrable=True) >> arrive()


patient()
