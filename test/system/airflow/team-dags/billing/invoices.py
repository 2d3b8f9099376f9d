"""A task of another team that goes on until it is let go."""

import time

from airflow.sdk import Variable, dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def invoices():
    @task
    def write() -> None:
        print("the invoice is for parcels")
        while Variable.get("both-teams-were-seen", default=None) is None:
            time.sleep(1)

    write()


invoices()
