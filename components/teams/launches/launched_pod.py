"""What a task's own process says of pods that the task makes (KubernetesPodOperator, @task.kubernetes).

Airflow loads this file as its local settings in every task's pod. It is no barrier: a DAG's author runs in the same process.
The barrier is the API server's, which refuses whatever is asked for wrongly. This makes a pod what that lets pass where the
author says nothing, and refuses the rest in words that reach the task's log.

`launches.json`, beside this file, is written by the platform; its shape is `LaunchRules` in launch-rules.ts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubernetes.client import models as k8s

__all__ = ["pod_mutation_hook", "task_policy"]

RULES: dict[str, Any] = json.loads(Path(__file__).with_name("launches.json").read_text(encoding="utf-8"))

# Airflow's operator for pods. By name, so that tasks of other kinds need not load Kubernetes' client.
OPERATOR = "KubernetesPodOperator"

# Airflow's own word for the connection that means the cluster in which the task runs.
THIS_CLUSTER = (None, "kubernetes_default")

# Root, and the one whose calls go past Linkerd's proxy.
NO_USERS = (0, 2102)

XCOM_SIDECAR = "airflow-xcom-sidecar"


def task_policy(task: Any) -> None:
    """Has a task that cannot make the pod that it is to make say so, before it does anything."""
    said = _said_of_pods_here(task)
    if said is None:
        return
    if not RULES["launches"]:
        refusal = _no_launches
    elif said.get("deferrable"):
        refusal = _not_deferred
    else:
        return
    if getattr(task, "is_mapped", False):
        task.partial_kwargs["pre_execute"] = refusal
    else:
        task._pre_execute_hook = refusal


def pod_mutation_hook(pod: k8s.V1Pod) -> None:
    """Completes a pod that is about to be made in this cluster. Those for other clusters are none of its concern."""
    if (pod.metadata.labels or {}).get("airflow_kpo_in_cluster") != "True":
        return
    _as_models(pod)
    problems = list(_problems(pod))
    if problems:
        _refuse("; ".join(problems))
    pod.metadata.namespace = RULES["namespace"]
    pod.metadata.labels.update(RULES["labels"])
    pod.spec.service_account_name = RULES["serviceAccount"]
    pod.spec.automount_service_account_token = False
    _take_a_user(pod.spec)
    _take_logins(pod.spec)
    for container in _containers(pod):
        container.image = container.image or RULES["platformImage"]
        _take_no_privileges(container)


def _as_models(pod: k8s.V1Pod) -> None:
    """Operators take parts of a pod as plain maps too, and leave them so."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator

    whole = PodGenerator.deserialize_model_dict(PodGenerator.serialize_pod(pod))
    pod.metadata, pod.spec = whole.metadata, whole.spec


def _problems(pod: k8s.V1Pod) -> Iterator[str]:
    spec = pod.spec
    if not RULES["launches"]:
        yield _NO_LAUNCHES
        return
    if pod.metadata.namespace not in (None, RULES["namespace"]):
        yield f"namespace is {pod.metadata.namespace}: pods are made in {RULES['namespace']}. Leave it out"
    if spec.service_account_name not in (None, RULES["serviceAccount"]):
        yield f"service_account_name is {spec.service_account_name}: pods run as {RULES['serviceAccount']}. Leave it out"
    if spec.automount_service_account_token:
        yield "automount_service_account_token is True: a pod that a task makes has no token for Kubernetes. Leave it out"
    shared = [name for name in ("host_network", "host_pid", "host_ipc") if getattr(spec, name)]
    if shared:
        yield f"{', '.join(shared)} is True: a pod shares nothing with its node. Leave it out"
    for volume in spec.volumes or []:
        if volume.host_path is not None:
            yield f"volume {volume.name} is a path of the node: mount an emptyDir, or a claim of the team's"
    images = [RULES["platformImage"], *RULES["images"]]
    for container in _containers(pod):
        if container.name == XCOM_SIDECAR:
            yield (
                "do_xcom_push is True: Airflow would enter the pod to read its result, and nobody enters pods here. "
                "Write the result where the next task can read it"
            )
        elif container.image is not None and container.image not in images:
            yield f"image is {container.image}: there are {', '.join(images)}"
        security = container.security_context
        if security is not None and (
            security.privileged
            or security.allow_privilege_escalation
            or (security.capabilities is not None and security.capabilities.add)
        ):
            yield f"container {container.name} asks for privileges: there are none. Leave container_security_context out"
        of_pod = spec.security_context.run_as_user if spec.security_context else None
        if (of_pod if security is None or security.run_as_user is None else security.run_as_user) in NO_USERS:
            yield f"container {container.name} runs as root or as the proxy: leave run_as_user out, or choose another"


def _containers(pod: k8s.V1Pod) -> list[Any]:
    return [*(pod.spec.init_containers or []), *pod.spec.containers]


def _take_a_user(spec: Any) -> None:
    from kubernetes.client import models as k8s

    security = spec.security_context or k8s.V1PodSecurityContext()
    if security.run_as_user is None:
        security.run_as_user, security.run_as_group = RULES["user"]["runAsUser"], RULES["user"]["runAsGroup"]
    spec.security_context = security


def _take_logins(spec: Any) -> None:
    """The platform's registry may ask who pulls. An author may have named Secrets for other registries."""
    from kubernetes.client import models as k8s

    own = spec.image_pull_secrets or []
    names = [secret.name for secret in own]
    added = [k8s.V1LocalObjectReference(name=name) for name in RULES["pullSecrets"] if name not in names]
    spec.image_pull_secrets = [*own, *added] or None


def _take_no_privileges(container: Any) -> None:
    from kubernetes.client import models as k8s

    security = container.security_context or k8s.V1SecurityContext()
    security.allow_privilege_escalation = False
    security.capabilities = security.capabilities or k8s.V1Capabilities(drop=["ALL"])
    container.security_context = security


def _said_of_pods_here(task: Any) -> dict[str, Any] | None:
    """What a task that makes pods in this cluster says of them. None of any other task."""
    mapped = getattr(task, "is_mapped", False)
    kind = task.operator_class if mapped else type(task)
    if not any(base.__name__ == OPERATOR for base in getattr(kind, "__mro__", ())):
        return None
    said: dict[str, Any] = task.partial_kwargs if mapped else vars(task)
    connection = said.get("kubernetes_conn_id", THIS_CLUSTER[-1])
    elsewhere = said.get("in_cluster") is False or said.get("config_file") or connection not in THIS_CLUSTER
    return None if elsewhere else said


_NO_LAUNCHES = f"no task here makes pods of its own: it would need {RULES['key']}: true in the platform's config"


def _no_launches(*_: Any, **__: Any) -> NoReturn:
    _refuse(_NO_LAUNCHES)


def _not_deferred(*_: Any, **__: Any) -> NoReturn:
    _refuse(
        "deferrable is True: Airflow's triggerer, which all teams share, may not look at a team's pods. Leave it out"
    )


def _refuse(what: str) -> NoReturn:
    from airflow.sdk.exceptions import AirflowFailException

    # No retry: the same would be refused again.
    raise AirflowFailException(f"{RULES['whose']}: {what}. Ask {' or '.join(RULES['owners'])}.")
