"""A team whose pods the tests look at, in the words of the `teams.json` that the platform writes."""

from __future__ import annotations

import json
from multiprocessing import Queue
from typing import TYPE_CHECKING, Any

import pytest

import team_executor
from task_pod import Team, read_teams
from team_executor import TeamKubernetesExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRY: dict[str, Any] = {
    "name": "analytics",
    "owners": ["ann@example.com", "#team-analytics"],
    "images": ["registry.example.com/analytics:1"],
    "placements": [
        {
            "nodeSelector": {"pool": "gpu"},
            "tolerations": [{"key": "gpu", "operator": "Exists"}],
            "resources": ["nvidia.com/gpu"],
        }
    ],
    "pod": {
        "metadata": {
            "namespace": "team-analytics",
            "labels": {"airflow-linkerd.io/team": "analytics"},
            "annotations": {"linkerd.io/inject": "enabled"},
        },
        "spec": {
            "serviceAccountName": "airflow-task",
            "containers": [
                {
                    "name": "base",
                    "env": [{"name": "GIT_TOKEN", "valueFrom": {"secretKeyRef": {"name": "dags", "key": "token"}}}],
                    "volumeMounts": [{"name": "dags-key", "mountPath": "/etc/dags-key", "readOnly": True}],
                }
            ],
            "volumes": [{"name": "dags-key", "secret": {"secretName": "dags"}}],
        },
    },
}
OTHER = {
    **ENTRY,
    "name": "billing",
    "owners": ["bill@example.com"],
    "images": [],
    "placements": [],
    "pod": {
        "metadata": {"namespace": "team-billing", "labels": {"airflow-linkerd.io/team": "billing"}},
        "spec": {"serviceAccountName": "airflow-task", "containers": [{"name": "base"}]},
    },
}


@pytest.fixture
def teams_file(tmp_path: Path) -> Path:
    file = tmp_path / "teams.json"
    file.write_text(json.dumps({"analytics": ENTRY, "billing": OTHER}))
    return file


@pytest.fixture
def team(teams_file: Path) -> Team:
    return read_teams(teams_file)["analytics"]


@pytest.fixture
def billing(teams_file: Path) -> Team:
    return read_teams(teams_file)["billing"]


TEMPLATE = """
apiVersion: v1
kind: Pod
metadata: {name: task, labels: {tier: airflow}}
spec:
  serviceAccountName: nobody
  automountServiceAccountToken: false
  restartPolicy: Never
  containers:
    - name: base
      image: apache/airflow
      env: [{name: AIRFLOW__CORE__LOAD_EXAMPLES, value: "False"}]
      securityContext: {allowPrivilegeEscalation: false}
"""


@pytest.fixture
def executor(teams_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TeamKubernetesExecutor]:
    (tmp_path / "pod.yaml").write_text(TEMPLATE)
    monkeypatch.setattr(team_executor, "TEAMS", teams_file)
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE", str(tmp_path / "pod.yaml"))
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__WORKER_CONTAINER_REPOSITORY", "apache/airflow")
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__WORKER_CONTAINER_TAG", "3.3.2")
    executor = TeamKubernetesExecutor()
    executor.task_queue = Queue()
    yield executor
    executor.task_queue.close()
