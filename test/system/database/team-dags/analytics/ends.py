"""Tasks that a trigger ends, each in its own way, without a pod."""

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

with DAG("ends", schedule=None):
    for name in ("succeeds", "returns", "fails", "skips", "asks"):
        EmptyOperator(task_id=name)
    EmptyOperator(
        task_id="tries_again",
        retries=1,
        executor_config={
            "pod_override": k8s.V1Pod(
                spec=k8s.V1PodSpec(containers=[k8s.V1Container(name="base", env=[k8s.V1EnvVar(name="ONE", value="1")])])
            )
        },
    )
