"""What team billing has."""

from airflow.sdk import DAG, task

with DAG("invoices", schedule=None):

    @task
    def write() -> None:
        print("for parcels")

    write()
