"""A call to a service in another namespace: plain HTTP here, which Linkerd's proxies make mutual TLS on the way.

`kubectl apply -f examples/greeter.yaml` makes the service. It greets whom the run's configuration names, and nobody else.
"""

from datetime import timedelta

import requests
from airflow.sdk import Param, dag, get_current_context, task

GREETER = "http://greeter.greeter.svc.cluster.local:8080"


@dag(
    schedule=None,
    catchup=False,
    doc_md=__doc__,
    params={"name": Param("airflow", type="string", description="Whom to greet.")},
)
def greeting():
    @task.sensor(poke_interval=2, timeout=timedelta(minutes=5), mode="poke")
    def is_there() -> bool:
        try:
            return requests.get(f"{GREETER}/somebody", timeout=10).ok
        except requests.ConnectionError:
            return False

    @task
    def greet() -> str:
        answer = requests.get(f"{GREETER}/{get_current_context()['params']['name']}", timeout=10)
        answer.raise_for_status()
        return answer.text

    is_there() >> greet()


greeting()
