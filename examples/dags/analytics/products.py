"""A call to another program's service, which lets this team's tasks in and no other's: examples/consumer deploys it.

It looks up the products whose numbers the run's configuration gives.
"""

from datetime import timedelta

import requests
from airflow.sdk import Param, dag, get_current_context, task

CATALOG = "http://catalog.catalog.svc.cluster.local:8080"


@dag(
    schedule=None,
    catchup=False,
    doc_md=__doc__,
    params={"numbers": Param(["7", "8"], type="array", items={"type": "string"}, description="Which products.")},
)
def products():
    @task.sensor(poke_interval=2, timeout=timedelta(minutes=5), mode="poke")
    def is_there() -> bool:
        try:
            return requests.get(f"{CATALOG}/products/7", timeout=10).ok
        except requests.ConnectionError:
            return False

    @task
    def name() -> list[str]:
        answers = [
            requests.get(f"{CATALOG}/products/{number}", timeout=10)
            for number in get_current_context()["params"]["numbers"]
        ]
        for answer in answers:
            answer.raise_for_status()
        return [answer.text for answer in answers]

    is_there() >> name()


products()
