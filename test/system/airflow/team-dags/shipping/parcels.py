"""A task of a team that comes to a platform with two others."""

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def parcels():
    @task
    def send() -> str:
        return "sent"

    send()


parcels()
