"""A call to a service that lets another team's tasks in, and says what came of it."""

import requests
from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def strangers():
    @task
    def ask() -> str:
        try:
            answer = requests.get("http://catalog.catalog.svc.cluster.local:8080/products/7", timeout=10)
        except requests.RequestException as error:
            return f"refused: {type(error).__name__}"
        return f"answered: {answer.status_code} {answer.text}"

    ask()


strangers()
