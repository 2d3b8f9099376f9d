"""Waits in the team's triggerer, and not in a pod."""

from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
from airflow.sdk import DAG

with DAG("waits", schedule=None):
    DateTimeSensorAsync(task_id="wait", target_time="{{ dag_run.run_after + macros.timedelta(seconds=5) }}")
