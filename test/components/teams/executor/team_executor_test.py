"""The executor inside real Airflow: which pod it asks Kubernetes for, and what it tells the scheduler where it asks for none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import pytest
from airflow.utils.state import TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType
from kubernetes.client import models as k8s

import team_executor
from executor_stage import run, workload
from task_pod import Refusal, read_teams
from team_executor import TeamKubernetesExecutor

if TYPE_CHECKING:
    from conftest import Runs


def hostile() -> k8s.V1Pod:
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(
            namespace="team-billing", labels={"dag_id": "invoices"}, annotations={"dag_id": "invoices"}
        ),
        spec=k8s.V1PodSpec(
            service_account_name="admin",
            host_network=True,
            containers=[k8s.V1Container(name="base", args=["sleep", "9"])],
        ),
    )


def test_runs_a_task_as_the_team_of_its_bundle(executor: TeamKubernetesExecutor) -> None:
    for bundle, namespace in (("analytics", "team-analytics"), ("billing", "team-billing")):
        pod = run(executor, workload(bundle))
        assert (pod.metadata.namespace, pod.spec.service_account_name) == (namespace, "airflow-task")
        assert pod.metadata.labels["airflow-linkerd.io/team"] == bundle
        assert pod.metadata.labels["dag_id"] == pod.metadata.annotations["dag_id"] == "values"
        assert pod.spec.containers[0].image == "apache/airflow:3.3.2"
        assert pod.spec.containers[0].args[:3] == ["python", "-m", "airflow.sdk.execution_time.execute_workload"]


def test_says_on_a_tasks_pod_what_started_its_run(executor: TeamKubernetesExecutor, runs: Runs) -> None:
    runs.add("values", "manual__1", DagRunTriggeredByType.UI, "ann")
    annotations = run(executor, workload("analytics")).metadata.annotations
    assert annotations["airflow-linkerd.io/started-by"] == "person"
    assert annotations["airflow-linkerd.io/started-by-user"] == "ann"
    # What the team's own part has, and what Airflow knows the pod by.
    assert annotations["linkerd.io/inject"] == "enabled"
    assert (annotations["dag_id"], annotations["run_id"], annotations["try_number"]) == ("values", "manual__1", "1")


def test_fails_a_task_of_which_it_cannot_say_who_started_it(
    executor: TeamKubernetesExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: str) -> dict[str, str]:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(team_executor, "trigger_annotations", lost)
    task = workload("analytics")
    assert run(executor, task) is None
    assert executor.event_buffer[task.ti.key] == (
        TaskInstanceState.FAILED,
        "no pod can be made: RuntimeError: the database is gone",
    )


def test_keeps_the_template_beneath_the_team(executor: TeamKubernetesExecutor) -> None:
    pod = run(executor, workload("analytics"))
    assert pod.metadata.labels["tier"] == "airflow"
    assert pod.spec.automount_service_account_token is False
    assert pod.spec.containers[0].security_context.allow_privilege_escalation is False
    names = [variable.name for variable in pod.spec.containers[0].env]
    assert names == ["AIRFLOW__CORE__LOAD_EXAMPLES", "AIRFLOW_IS_K8S_EXECUTOR_POD", "GIT_TOKEN"]


def test_gives_every_mapped_and_repeated_task_the_same_identity(executor: TeamKubernetesExecutor) -> None:
    for map_index, try_number in ((0, 1), (1, 1), (99, 3)):
        pod = run(executor, workload("analytics", map_index=map_index, try_number=try_number))
        assert (pod.metadata.namespace, pod.spec.service_account_name) == ("team-analytics", "airflow-task")
        assert pod.metadata.annotations["map_index"] == str(map_index)


def test_fails_a_task_that_asks_for_more_and_tells_why(executor: TeamKubernetesExecutor) -> None:
    task = workload("analytics")
    assert run(executor, task, {"pod_override": hostile()}) is None
    state, info = executor.event_buffer[task.ti.key]
    assert state == TaskInstanceState.FAILED
    for path in ("metadata.namespace", "spec.serviceAccountName", "spec.hostNetwork", "spec.containers[base].args"):
        assert path in info
    assert info.endswith("Ask ann@example.com or #team-analytics, who own team analytics.")


def test_fails_a_task_of_a_bundle_that_is_no_teams(executor: TeamKubernetesExecutor) -> None:
    task = workload("dags-folder")
    assert run(executor, task) is None
    assert executor.event_buffer[task.ti.key] == (
        TaskInstanceState.FAILED,
        "the DAG bundle dags-folder is no team's: its tasks have no account to run as",
    )


@pytest.mark.parametrize(
    "executor_config",
    [
        {"pod_template_file": "/etc/passwd"},
        {"KubernetesExecutor": {"image": "busybox"}},
        {"pod_override": "text"},
        {"pod_override": {"spec": {"hostNetwork": True}}},
        {"pod_override": {"spec": {"containers": "text"}}},
        {"pod_override": {"metadata": 7}},
        ["pod_override"],
        "text",
    ],
)
def test_fails_what_is_no_pod_and_leaves_the_scheduler_alone(
    executor: TeamKubernetesExecutor, executor_config: Any
) -> None:
    task = workload("analytics")
    assert run(executor, task, executor_config) is None
    assert executor.event_buffer[task.ti.key][0] == TaskInstanceState.FAILED
    assert run(executor, workload("analytics")) is not None


def test_does_not_read_a_queue_as_a_template(executor: TeamKubernetesExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "_coordinator_extra", lambda queue: queue and {"pod_template_file": "/etc/passwd"})
    pod = run(executor, workload("analytics"), queue="java")
    assert pod.metadata.labels["tier"] == "airflow"


def test_does_not_start_without_the_teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_executor, "TEAMS", tmp_path / "none.json")
    with pytest.raises(FileNotFoundError):
        TeamKubernetesExecutor()


def test_looks_for_logs_in_the_namespace_of_the_bundle(
    executor: TeamKubernetesExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: dict[str, str | None] = {"values": "analytics", "orphan": "dags-folder", "moved": None}
    asked: list[str] = []

    def create_session() -> Any:
        session = MagicMock()

        def scalar(query: Any) -> str | None:
            [dag_id] = query.compile().params.values()
            asked.append(dag_id)
            return recorded[dag_id]

        session.__enter__.return_value.scalar = scalar
        return session

    monkeypatch.setattr(team_executor, "create_session", create_session)
    # What the author wrote is not asked.
    author = {"pod_override": hostile()}
    assert executor._get_pod_namespace(MagicMock(dag_id="values", executor_config=author)) == "team-analytics"
    for dag_id in ("orphan", "moved"):
        with pytest.raises(Refusal, match=f"the DAG {dag_id} is no team's"):
            executor._get_pod_namespace(MagicMock(dag_id=dag_id, executor_config=author))
    assert asked == ["values", "orphan", "moved"]


def test_last_look_refuses_a_pod_of_no_team(teams_folder: Path, executor: TeamKubernetesExecutor) -> None:
    pod = run(executor, workload("billing"))
    team_executor.pod_mutation_hook(pod)
    pod.spec.service_account_name = "default"
    with pytest.raises(Refusal, match="would run as default in team-billing, which is no team's"):
        team_executor.pod_mutation_hook(pod)


def test_reads_what_the_platform_writes(teams_folder: Path) -> None:
    # As a volume has them: what one sees are links into a folder of Kubernetes' own.
    volume = teams_folder.with_name("volume")
    volume.mkdir()
    shutil.copytree(teams_folder, volume / "..data")
    for file in teams_folder.iterdir():
        (volume / file.name).symlink_to(Path("..data", file.name))
    assert {bundle: team.namespace for bundle, team in read_teams(volume).items()} == {
        "analytics": "team-analytics",
        "billing": "team-billing",
    }


def test_runs_nothing_without_the_teams(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_teams(tmp_path / "teams")
