"""Airflow's own operator for pods, in a process that has loaded what the platform puts into a task's pod."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, PropertyMock

import pytest
from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook
from airflow.providers.cncf.kubernetes.operators import pod as pod_operator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowFailException
from kubernetes.client import models as k8s

SOURCE = Path(__file__).parents[4] / "components/teams/launches/launched_pod.py"

RULES: dict[str, Any] = {
    "whose": "team ml",
    "owners": ["#ml", "mia@example.com"],
    "key": "launchPods",
    "launches": True,
    "namespace": "team-ml",
    "serviceAccount": "airflow-task",
    "labels": {"tier": "airflow", "component": "worker", "airflow-linkerd.io/team": "ml"},
    "user": {"runAsUser": 50000, "runAsGroup": 0},
    "platformImage": "apache/airflow:3.3.2",
    "pullSecrets": [],
    "images": ["registry.example.com/ml:1"],
}


def delivered(folder: Path, **rules: Any) -> Path:
    """As the platform mounts it: under Airflow's name, beside its rules."""
    folder.mkdir(exist_ok=True)
    (folder / "launches.json").write_text(json.dumps({**RULES, **rules}))
    return Path(shutil.copy(SOURCE, folder / "airflow_local_settings.py"))


def loaded(folder: Path, **rules: Any) -> Any:
    spec = spec_from_file_location("launched_pod_of_a_test", delivered(folder, **rules))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def launched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def launched(rules: dict[str, Any] | None = None, in_cluster: bool = True, **wanted: Any) -> k8s.V1Pod:
        """The pod that the operator would ask Kubernetes for."""
        module = loaded(tmp_path, **(rules or {}))
        monkeypatch.setattr(pod_operator, "pod_mutation_hook", module.pod_mutation_hook)
        monkeypatch.setattr(KubernetesPodOperator, "hook", PropertyMock(return_value=MagicMock(spec=KubernetesHook)))
        operator = KubernetesPodOperator(task_id="train", **wanted)
        hook: Any = operator.hook
        hook.is_in_cluster = in_cluster
        hook.get_namespace.return_value = None
        hook.get_xcom_sidecar_container_image.return_value = "alpine"
        hook.get_xcom_sidecar_container_resources.return_value = None
        hook.get_xcom_sidecar_container_security_context.return_value = None
        monkeypatch.setattr(KubernetesPodOperator, "_incluster_namespace", "team-ml")
        monkeypatch.setattr(operator, "_get_ti_pod_labels", lambda context: {"dag_id": "launched"})
        return operator.build_pod_request_obj(context=MagicMock())

    return launched


def test_completes_a_pod_that_says_nothing_but_what_it_runs(launched: Any) -> None:
    pod = launched(cmds=["train"])
    assert pod.metadata.namespace == "team-ml"
    assert pod.metadata.labels.items() >= {**RULES["labels"], "dag_id": "launched"}.items()
    assert pod.spec.service_account_name == "airflow-task"
    assert pod.spec.automount_service_account_token is False
    assert (pod.spec.security_context.run_as_user, pod.spec.security_context.run_as_group) == (50000, 0)
    [container] = pod.spec.containers
    assert (container.image, container.command) == ("apache/airflow:3.3.2", ["train"])
    assert container.security_context.allow_privilege_escalation is False
    assert container.security_context.capabilities.drop == ["ALL"]


def test_is_pulled_as_the_tasks_own_pod_is(launched: Any) -> None:
    assert launched().spec.image_pull_secrets is None
    rules = {"pullSecrets": ["airflow-image-pull"]}
    pod = launched(rules)
    assert [secret.name for secret in pod.spec.image_pull_secrets] == ["airflow-image-pull"]


def test_keeps_the_logins_that_an_author_names_beside_the_platforms(launched: Any) -> None:
    rules = {"pullSecrets": ["airflow-image-pull"]}
    pod = launched(rules, image_pull_secrets=[k8s.V1LocalObjectReference(name="ml-registry")])
    assert [secret.name for secret in pod.spec.image_pull_secrets] == ["ml-registry", "airflow-image-pull"]
    again = launched(rules, image_pull_secrets=[k8s.V1LocalObjectReference(name="airflow-image-pull")])
    assert [secret.name for secret in again.spec.image_pull_secrets] == ["airflow-image-pull"]


def test_keeps_what_an_author_may_choose(launched: Any) -> None:
    pod = launched(
        image="registry.example.com/ml:1",
        container_security_context=k8s.V1SecurityContext(run_as_user=1000),
        container_resources=k8s.V1ResourceRequirements(requests={"cpu": "1"}),
        env_vars={"SIZE": "7"},
    )
    [container] = pod.spec.containers
    assert container.image == "registry.example.com/ml:1"
    assert container.security_context.run_as_user == 1000
    assert container.resources.requests == {"cpu": "1"}
    assert container.env[0].value == "7"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"namespace": "team-billing"}, "namespace is team-billing: pods are made in team-ml"),
        ({"service_account_name": "admin"}, "service_account_name is admin: pods run as airflow-task"),
        ({"automount_service_account_token": True}, "has no token for Kubernetes"),
        ({"hostnetwork": True}, "host_network is True"),
        ({"image": "busybox"}, "image is busybox: there are apache/airflow:3.3.2, registry.example.com/ml:1"),
        ({"do_xcom_push": True}, "do_xcom_push is True: Airflow would enter the pod"),
        ({"container_security_context": k8s.V1SecurityContext(privileged=True)}, "container base asks for privileges"),
        ({"security_context": k8s.V1PodSecurityContext(run_as_user=0)}, "container base runs as root or as the proxy"),
        ({"security_context": {"runAsUser": 0}}, "container base runs as root or as the proxy"),
        ({"container_security_context": {"privileged": True}}, "container base asks for privileges"),
        ({"container_security_context": k8s.V1SecurityContext(run_as_user=2102)}, "runs as root or as the proxy"),
        (
            {"volumes": [k8s.V1Volume(name="disk", host_path=k8s.V1HostPathVolumeSource(path="/"))]},
            "volume disk is a path of the node",
        ),
        (
            {"init_containers": [k8s.V1Container(name="first", image="busybox")]},
            "image is busybox",
        ),
    ],
)
def test_refuses_without_a_retry_what_the_gate_would(launched: Any, wanted: dict[str, Any], why: str) -> None:
    with pytest.raises(AirflowFailException) as refused:
        launched(**wanted)
    text = str(refused.value)
    assert text.startswith("team ml: ") and why in text
    assert text.endswith("Ask #ml or mia@example.com.")


def test_tells_all_that_is_wrong_at_once(launched: Any) -> None:
    with pytest.raises(AirflowFailException, match=r"namespace is x.*; .*image is busybox"):
        launched(namespace="x", image="busybox")


def test_leaves_pods_for_another_cluster_alone(launched: Any) -> None:
    pod = launched(in_cluster=False, namespace="elsewhere", image="busybox")
    assert (pod.metadata.namespace, pod.spec.containers[0].image) == ("elsewhere", "busybox")
    assert pod.spec.service_account_name is None


def test_refuses_every_pod_where_the_team_launches_none(launched: Any) -> None:
    with pytest.raises(
        AirflowFailException, match="no task here makes pods of its own: it would need launchPods: true"
    ):
        launched(rules={"launches": False})


DAG = """
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task


class Training(KubernetesPodOperator):
    pass


@dag(schedule=None)
def launched():
    KubernetesPodOperator(task_id="here", name="here")
    Training(task_id="kin", name="kin")
    KubernetesPodOperator.partial(task_id="mapped", name="mapped").expand(cmds=[["a"], ["b"]])
    KubernetesPodOperator(task_id="elsewhere", name="e", in_cluster=False, config_file="/other")
    KubernetesPodOperator(task_id="deferred", name="d", deferrable=True)
    KubernetesPodOperator(task_id="connected", name="c", kubernetes_conn_id="other")

    @task.kubernetes(task_id="decorated")
    def decorated():
        return None

    @task
    def ordinary():
        return None

    decorated()
    ordinary()


launched()
"""

# In the order in which a task's own process does it: Airflow's settings, then the DAG.
PROGRAM = """
import json, sys
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
said = {}
for task in bag.dags["launched"].tasks:
    hook = task.partial_kwargs.get("pre_execute") if task.is_mapped else task._pre_execute_hook
    try:
        said[task.task_id] = hook and hook({})
    except Exception as refusal:
        said[task.task_id] = f"{type(refusal).__name__}: {refusal}"
print(json.dumps(said))
"""


def of_airflow(tmp_path: Path, **rules: Any) -> dict[str, str | None]:
    """What each task of the DAG would say first, in an Airflow that has loaded the rules."""
    delivered(tmp_path / "config", **rules)
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "launched.py").write_text(DAG)
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM, str(dags)],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, str | None] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_has_each_task_say_that_pods_are_not_made_here_before_it_does_anything(tmp_path: Path) -> None:
    refusal = (
        "AirflowFailException: team ml: no task here makes pods of its own: it would need launchPods: true in the "
        "platform's config. Ask #ml or mia@example.com."
    )
    assert of_airflow(tmp_path, launches=False) == {
        **dict.fromkeys(("here", "kin", "mapped", "decorated", "deferred"), refusal),
        **dict.fromkeys(("elsewhere", "connected", "ordinary"), None),
    }


def test_has_a_task_say_that_it_cannot_be_deferred_where_pods_are_made_and_nothing_else(tmp_path: Path) -> None:
    said = of_airflow(tmp_path)
    assert "deferrable is True: Airflow's triggerer" in (said.pop("deferred") or "")
    assert set(said.values()) == {None}
