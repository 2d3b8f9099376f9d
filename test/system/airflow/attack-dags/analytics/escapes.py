"""Each task asks for something that its team may not have. Their names are those of the attacks in dag-attacks.test.ts."""

from typing import Any

from airflow.sdk import dag, task
from kubernetes.client import models as k8s

BASE = "base"


def pod(metadata: dict[str, Any] | None = None, container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """What is asked for, in the team's own namespace and as its account unless it is those that are asked for."""
    spec.setdefault("service_account_name", "airflow-task")
    spec.setdefault("containers", [k8s.V1Container(name=BASE, **(container or {}))])
    return {
        "pod_override": k8s.V1Pod(
            metadata=k8s.V1ObjectMeta(**{"namespace": "team-analytics", **(metadata or {})}),
            spec=k8s.V1PodSpec(**spec),
        )
    }


def env(**fields: Any) -> dict[str, Any]:
    return {"env": [k8s.V1EnvVar(**fields)]}


ESCAPES = {
    "namespace": pod(metadata={"namespace": "team-billing"}),
    "account": pod(service_account_name="default"),
    "team_label": pod(metadata={"labels": {"airflow-linkerd.io/team": "billing"}}),
    "node_network": pod(host_network=True),
    "node_files": pod(
        volumes=[k8s.V1Volume(name="taken", host_path=k8s.V1HostPathVolumeSource(path="/"))],
    ),
    "secret": pod(
        volumes=[k8s.V1Volume(name="taken", secret=k8s.V1SecretVolumeSource(secret_name="dags", optional=True))],
    ),
    "secret_variable": pod(
        container=env(
            name="TAKEN",
            value_from=k8s.V1EnvVarSource(
                secret_key_ref=k8s.V1SecretKeySelector(name="dags", key="token", optional=True)
            ),
        )
    ),
    "token_for_others": pod(
        volumes=[
            k8s.V1Volume(
                name="taken",
                projected=k8s.V1ProjectedVolumeSource(
                    sources=[
                        k8s.V1VolumeProjection(
                            service_account_token=k8s.V1ServiceAccountTokenProjection(audience="vault", path="token")
                        )
                    ]
                ),
            )
        ],
    ),
    "no_mesh": pod(metadata={"annotations": {"linkerd.io/inject": "disabled"}}),
    "ports_around_the_proxy": pod(metadata={"annotations": {"config.linkerd.io/skip-outbound-ports": "443"}}),
    "other_proxy": pod(metadata={"annotations": {"config.linkerd.io/proxy-image": "example.com/proxy"}}),
    "before_the_proxy": pod(init_containers=[k8s.V1Container(name="first", image="example.com/first:1")]),
    "second_container": pod(
        containers=[k8s.V1Container(name=BASE), k8s.V1Container(name="second", image="example.com/second:1")]
    ),
    "image": pod(container={"image": "example.com/miner:1"}),
    "privileges": pod(container={"security_context": k8s.V1SecurityContext(privileged=True)}),
    "role_in_aws": pod(container=env(name="AWS_ROLE_ARN", value="arn:aws:iam::123456789012:role/billing")),
    "command": pod(container={"command": ["sleep", "1"]}),
}


@dag(schedule=None, catchup=False, doc_md=__doc__, default_args={"retries": 0})
def escapes():
    for name, asked in ESCAPES.items():

        @task(task_id=name, executor_config=asked)
        def leave() -> None:
            print("out")

        leave()


escapes()
