"""What a DAG's author asks of Airflow for a task, refused by the team's executor; and what Airflow's own would make of it.

docs/attacks.md lists each attack by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.cncf.kubernetes.executors.kubernetes_executor import KubernetesExecutor
from airflow.utils.state import TaskInstanceState
from kubernetes.client import models as k8s

from executor_stage import run, workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from team_executor import TeamKubernetesExecutor

BY = "a DAG's author"
AUTHORITY = "the executor of teams"

OTHER_TEMPLATE = Path(__file__).with_name("other-template.yaml")

ASK = "Ask ann@example.com or #team-analytics, who own team analytics."


@dataclass(frozen=True)
class Attack:
    """What is asked for, what the refusal says, and how a pod shows that it was granted."""

    name: str
    asked: dict[str, Any]
    # None where the task runs, and what was asked for is passed over.
    says: str | None
    succeeded: Callable[[k8s.V1Pod], Any]
    # The due task: which of a mapped task's, which try, of which bundle.
    task: dict[str, Any] = field(default_factory=dict)
    queue: str | None = None


def meta(**fields: Any) -> dict[str, Any]:
    return {"pod_override": k8s.V1Pod(metadata=k8s.V1ObjectMeta(**fields))}


def spec(**fields: Any) -> dict[str, Any]:
    fields.setdefault("containers", [k8s.V1Container(name="base")])
    return {"pod_override": k8s.V1Pod(spec=k8s.V1PodSpec(**fields))}


def base(**fields: Any) -> dict[str, Any]:
    return spec(containers=[k8s.V1Container(name="base", **fields)])


def volume(**source: Any) -> dict[str, Any]:
    return spec(volumes=[k8s.V1Volume(name="taken", **source)])


def note(key: str) -> Callable[[k8s.V1Pod], Any]:
    return lambda pod: key in pod.metadata.annotations


def forged(kind: str) -> Callable[[k8s.V1Pod], Any]:
    return lambda pod: getattr(pod.metadata, kind).get("dag_id") == "invoices"


def of_other_template(pod: k8s.V1Pod) -> bool:
    return pod.metadata.labels.get("tier") == "other"


def taken(pod: k8s.V1Pod) -> bool:
    return "taken" in [volume.name for volume in pod.spec.volumes]


def variable(name: str) -> Callable[[k8s.V1Pod], Any]:
    return lambda pod: name in [variable.name for variable in pod.spec.containers[0].env]


ATTACKS = [
    Attack(
        "another team's namespace",
        meta(namespace="team-billing"),
        "pod_override sets metadata.namespace",
        lambda pod: pod.metadata.namespace == "team-billing",
    ),
    Attack(
        "the scheduler's account",
        spec(service_account_name="airflow-scheduler"),
        "pod_override sets spec.serviceAccountName",
        lambda pod: pod.spec.service_account_name == "airflow-scheduler",
    ),
    Attack(
        "another team's label",
        meta(labels={"airflow-linkerd.io/team": "billing"}),
        "pod_override sets metadata.labels.airflow-linkerd.io/team",
        lambda pod: pod.metadata.labels.get("airflow-linkerd.io/team") == "billing",
    ),
    Attack(
        "an image of its own",
        base(image="example.com/miner:1"),
        "the image example.com/miner:1 is not one of team analytics's images",
        lambda pod: pod.spec.containers[0].image == "example.com/miner:1",
    ),
    Attack(
        "another team's Secret as a volume",
        volume(secret=k8s.V1SecretVolumeSource(secret_name="billing-dags")),
        "pod_override sets spec.volumes",
        taken,
    ),
    Attack(
        "the Fernet key as a variable",
        base(
            env=[
                k8s.V1EnvVar(
                    name="KEY",
                    value_from=k8s.V1EnvVarSource(
                        secret_key_ref=k8s.V1SecretKeySelector(name="airflow-fernet-key", key="fernet-key")
                    ),
                )
            ]
        ),
        "the variable KEY takes its value from elsewhere",
        variable("KEY"),
    ),
    Attack(
        "all of a Secret as variables",
        base(env_from=[k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name="airflow-metadata"))]),
        "pod_override sets spec.containers[base].envFrom",
        lambda pod: pod.spec.containers[0].env_from,
    ),
    Attack(
        "another team's claim",
        volume(persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name="billing")),
        "pod_override sets spec.volumes",
        taken,
    ),
    Attack(
        "a token for another service",
        volume(
            projected=k8s.V1ProjectedVolumeSource(
                sources=[
                    k8s.V1VolumeProjection(
                        service_account_token=k8s.V1ServiceAccountTokenProjection(audience="vault", path="token")
                    )
                ]
            )
        ),
        "pod_override sets spec.volumes",
        taken,
    ),
    Attack(
        "its node's files",
        volume(host_path=k8s.V1HostPathVolumeSource(path="/")),
        "pod_override sets spec.volumes",
        taken,
    ),
    Attack(
        "its node's network",
        spec(host_network=True),
        "pod_override sets spec.hostNetwork",
        lambda pod: pod.spec.host_network,
    ),
    Attack(
        "privileges",
        base(security_context=k8s.V1SecurityContext(privileged=True)),
        "pod_override sets spec.containers[base].securityContext.privileged",
        lambda pod: pod.spec.containers[0].security_context.privileged,
    ),
    Attack(
        "root",
        spec(security_context=k8s.V1PodSecurityContext(run_as_user=0)),
        "pod_override sets spec.securityContext.runAsUser",
        lambda pod: pod.spec.security_context.run_as_user == 0,
    ),
    Attack(
        "a token for the Kubernetes API",
        spec(automount_service_account_token=True),
        "pod_override sets spec.automountServiceAccountToken",
        lambda pod: pod.spec.automount_service_account_token,
    ),
    Attack(
        "a pod without the mesh",
        meta(annotations={"linkerd.io/inject": "disabled"}),
        "pod_override sets metadata.annotations.linkerd.io/inject",
        note("linkerd.io/inject"),
    ),
    Attack(
        "ports around the proxy",
        meta(annotations={"config.linkerd.io/skip-outbound-ports": "443"}),
        "pod_override sets metadata.annotations.config.linkerd.io/skip-outbound-ports",
        note("config.linkerd.io/skip-outbound-ports"),
    ),
    Attack(
        "another proxy image",
        meta(annotations={"config.linkerd.io/proxy-image": "example.com/proxy"}),
        "pod_override sets metadata.annotations.config.linkerd.io/proxy-image",
        note("config.linkerd.io/proxy-image"),
    ),
    Attack(
        "an init container before the proxy",
        spec(init_containers=[k8s.V1Container(name="first", image="busybox")]),
        "pod_override sets spec.initContainers",
        lambda pod: pod.spec.init_containers,
    ),
    Attack(
        "a second container",
        spec(containers=[k8s.V1Container(name="base"), k8s.V1Container(name="more", image="busybox")]),
        "pod_override has a container more",
        lambda pod: len(pod.spec.containers) == 2,
    ),
    Attack(
        "another command in place of Airflow's",
        base(command=["sh", "-c"]),
        "pod_override sets spec.containers[base].command",
        lambda pod: pod.spec.containers[0].command == ["sh", "-c"],
    ),
    Attack(
        "another address for the API server",
        spec(host_aliases=[k8s.V1HostAlias(ip="10.0.0.1", hostnames=["airflow-api-server.airflow.svc"])]),
        "pod_override sets spec.hostAliases",
        lambda pod: pod.spec.host_aliases,
    ),
    Attack(
        "another role in AWS by a variable",
        base(env=[k8s.V1EnvVar(name="AWS_ROLE_ARN", value="arn:aws:iam::123456789012:role/billing")]),
        "the variable AWS_ROLE_ARN is the platform's",
        variable("AWS_ROLE_ARN"),
    ),
    Attack(
        "another secrets backend by a variable",
        base(env=[k8s.V1EnvVar(name="AIRFLOW__WORKERS__SECRETS_BACKEND", value="mine.Backend")]),
        "the variable AIRFLOW__WORKERS__SECRETS_BACKEND is the platform's",
        variable("AIRFLOW__WORKERS__SECRETS_BACKEND"),
    ),
    Attack(
        "another proxy for its calls by a variable",
        base(env=[k8s.V1EnvVar(name="HTTPS_PROXY", value="http://10.0.0.1:3128")]),
        "the variable HTTPS_PROXY is the platform's",
        variable("HTTPS_PROXY"),
    ),
    Attack(
        "a node of its choice",
        spec(node_name="control-plane-1"),
        "pod_override sets spec.nodeName",
        lambda pod: pod.spec.node_name,
    ),
    Attack(
        "nodes that are kept for others",
        spec(tolerations=[k8s.V1Toleration(operator="Exists")]),
        "pod_override sets spec.tolerations",
        lambda pod: pod.spec.tolerations,
    ),
    Attack(
        "a priority that drives others out",
        spec(priority_class_name="system-node-critical"),
        "pod_override sets spec.priorityClassName",
        lambda pod: pod.spec.priority_class_name,
    ),
    Attack(
        "a pod that nobody can delete",
        meta(finalizers=["example.com/stay"]),
        "pod_override sets metadata.finalizers",
        lambda pod: pod.metadata.finalizers,
    ),
    Attack(
        "another team's dag_id as a label",
        meta(labels={"dag_id": "invoices"}),
        "pod_override sets metadata.labels.dag_id",
        forged("labels"),
    ),
    Attack(
        "another team's dag_id as an annotation",
        meta(annotations={"dag_id": "invoices"}),
        "pod_override sets metadata.annotations.dag_id",
        forged("annotations"),
    ),
    Attack(
        "other arguments for Airflow's command",
        base(args=["sleep", "9"]),
        "pod_override sets spec.containers[base].args",
        lambda pod: pod.spec.containers[0].args == ["sleep", "9"],
    ),
    Attack(
        "a pod template of its own",
        {"pod_template_file": str(OTHER_TEMPLATE)},
        "executor_config has pod_template_file: only pod_override is read",
        of_other_template,
    ),
    Attack("a queue that has a pod template", {}, None, of_other_template, queue="java"),
    Attack(
        "another identity half way through a mapped task",
        meta(namespace="team-billing"),
        "pod_override sets metadata.namespace",
        lambda pod: pod.metadata.namespace == "team-billing" and pod.metadata.annotations["map_index"] == "7",
        task={"map_index": 7},
    ),
    Attack(
        "another identity in a second try",
        spec(service_account_name="airflow-scheduler"),
        "pod_override sets spec.serviceAccountName",
        lambda pod: pod.spec.service_account_name == "airflow-scheduler",
        task={"try_number": 2},
    ),
    Attack(
        "a pod for a DAG of a folder that is no team's",
        {},
        "the DAG bundle dags-folder is no team's: its tasks have no account to run as",
        lambda pod: pod.metadata.annotations["dag_id"] == "values",
        task={"bundle": "dags-folder"},
    ),
]


@pytest.fixture
def executors(
    executor: TeamKubernetesExecutor, monkeypatch: pytest.MonkeyPatch
) -> tuple[TeamKubernetesExecutor, KubernetesExecutor]:
    """The team's executor, and the one that Airflow ships over the same template: what refuses is gone."""
    own = KubernetesExecutor()
    own.task_queue = executor.task_queue
    for each in (executor, own):
        monkeypatch.setattr(
            each, "_coordinator_extra", lambda queue: queue and {"pod_template_file": str(OTHER_TEMPLATE)}
        )
    return executor, own


def due(attack: Attack) -> Any:
    return workload(**{"bundle": "analytics", **attack.task})


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refuses(executors: tuple[TeamKubernetesExecutor, KubernetesExecutor], attack: Attack) -> None:
    executor, _ = executors
    task = due(attack)
    pod = run(executor, task, attack.asked, attack.queue)
    if attack.says is None:
        assert pod.metadata.namespace == "team-analytics"
        assert not attack.succeeded(pod)
        return
    assert pod is None
    state, said = executor.event_buffer[task.ti.key]
    assert state == TaskInstanceState.FAILED
    assert attack.says in str(said)
    assert str(said).endswith(ASK) or attack.task.get("bundle")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_succeeds_with_airflows_own(
    executors: tuple[TeamKubernetesExecutor, KubernetesExecutor], attack: Attack
) -> None:
    _, own = executors
    pod = run(own, due(attack), attack.asked, attack.queue)
    assert attack.succeeded(pod)
