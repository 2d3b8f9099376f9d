"""A task whose author asks for the account, the namespace and the node of others."""

from airflow.sdk import dag, task
from kubernetes.client import models as k8s

ELSEWHERE = k8s.V1Pod(
    metadata=k8s.V1ObjectMeta(namespace="team-billing"),
    spec=k8s.V1PodSpec(
        service_account_name="airflow-scheduler",
        host_network=True,
        containers=[k8s.V1Container(name="base")],
    ),
)


@dag(schedule=None, catchup=False, doc_md=__doc__)
def escape():
    @task(executor_config={"pod_override": ELSEWHERE}, retries=0)
    def leave() -> None:
        print("out")

    leave()


escape()
