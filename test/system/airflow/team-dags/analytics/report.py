"""A task of one team that goes on until it is let go."""

import time

from airflow.sdk import Variable, dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def report():
    @task
    def read() -> None:
        print("the report is about parcels")
        while Variable.get("both-teams-were-seen", default=None) is None:
            time.sleep(1)

    read()


report()
