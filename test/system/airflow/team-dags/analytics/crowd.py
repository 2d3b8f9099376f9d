"""More tasks at once than the team's quota has room for."""

import time

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def crowd():
    @task(retries=0)
    def push(number: int) -> None:
        print("number", number, "is in")
        time.sleep(5)

    push.expand(number=[1, 2, 3, 4])


crowd()
