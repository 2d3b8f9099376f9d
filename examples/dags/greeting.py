"""A call to a service in another namespace: plain HTTP here, which Linkerd's proxies make mutual TLS on the way.

`kubectl apply -f examples/greeter.yaml` makes the service.
"""

import requests

from airflow.sdk import dag, task

GREETER = "http://greeter.greeter.svc.cluster.local:8080"


@dag(schedule=None, catchup=False, doc_md=__doc__)
def greeting():
    @task
    def greet(name: str) -> str:
        answer = requests.get(f"{GREETER}/{name}", timeout=10)
        answer.raise_for_status()
        return answer.text

    greet("airflow")


greeting()
