"""What Airflow makes of the stack's template for all tasks and of a team's part: neither loses what the other has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.configuration import AirflowConfigParser, conf
from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
from kubernetes.client import models as k8s

from task_pod import Team, task_pod

if TYPE_CHECKING:
    import pytest

IMAGE = "registry.example.com/airflow@sha256:" + "ab" * 32
TEMPLATE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "task"},
    "spec": {
        "imagePullSecrets": [{"name": "airflow-image-pull"}],
        "containers": [
            {
                "name": "base",
                "image": IMAGE,
                "env": [
                    {
                        "name": "AIRFLOW_CONN_WAREHOUSE",
                        "valueFrom": {
                            "secretKeyRef": {"name": "airflow-task-environment", "key": "AIRFLOW_CONN_WAREHOUSE"}
                        },
                    }
                ],
                "resources": {"requests": {"ephemeral-storage": "2Gi"}},
            }
        ],
    },
}


def made(team: Team, asked: k8s.V1Pod | None = None) -> k8s.V1Pod:
    """As the executor asks for it where `worker_container_repository` and `worker_container_tag` are empty."""
    return PodGenerator.construct_pod(
        dag_id="report",
        task_id="read",
        pod_id="report-read",
        try_number=1,
        kube_image=None,  # type: ignore[arg-type]
        date=datetime(2026, 1, 1, tzinfo=UTC),
        args=["true"],
        pod_override_object=task_pod(team, asked),
        base_worker_pod=PodGenerator.deserialize_model_dict(TEMPLATE),
        namespace="airflow",
        scheduler_job_id="1",
    )


def test_runs_the_templates_image_by_digest_and_pulls_it_as_the_template_says(team: Team) -> None:
    pod = made(team)
    assert pod.spec.containers[0].image == IMAGE
    assert [secret.name for secret in pod.spec.image_pull_secrets] == ["airflow-image-pull"]


def test_has_the_templates_variables_and_the_teams_and_the_authors(team: Team) -> None:
    [container] = team.pod["spec"]["containers"]
    container["envFrom"] = [{"secretRef": {"name": "quota"}}]
    asked = k8s.V1Pod(
        spec=k8s.V1PodSpec(
            containers=[k8s.V1Container(name="base", env=[k8s.V1EnvVar(name="MODE", value="full")])],
        )
    )
    pod = made(team, asked)
    names = [variable.name for variable in pod.spec.containers[0].env]
    assert [name for name in names if not name.startswith("AIRFLOW_IS_")] == [
        "AIRFLOW_CONN_WAREHOUSE",
        "GIT_TOKEN",
        "MODE",
    ]
    assert [source.secret_ref.name for source in pod.spec.containers[0].env_from] == ["quota"]
    assert pod.spec.containers[0].resources.requests == {"ephemeral-storage": "2Gi"}
    assert pod.metadata.namespace == "team-analytics"


def test_reads_an_option_alike_from_a_variable_and_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    option = "100% {{ reports }} <reports@example.com>"
    monkeypatch.setenv("AIRFLOW__EMAIL__FROM_EMAIL", option)
    assert conf.get("email", "from_email") == option
    monkeypatch.delenv("AIRFLOW__EMAIL__FROM_EMAIL")
    file = AirflowConfigParser()
    file.read_string(f"[email]\nfrom_email = {option.replace('%', '%%')}\n")
    assert file.get("email", "from_email") == option
