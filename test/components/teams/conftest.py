"""A team whose pods the tests look at, in the words of the files that the platform writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from multiprocessing import Queue
from typing import TYPE_CHECKING, Any

import pytest
from airflow.models.dagrun import DagRun
from airflow.models.tasklog import LogTemplate
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

import run_trigger
import team_executor
from task_pod import Team, read_teams
from team_executor import TeamKubernetesExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow.utils.types import DagRunTriggeredByType

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
def teams_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "teams"
    folder.mkdir()
    for bundle, entry in {"analytics": ENTRY, "billing": OTHER}.items():
        (folder / f"{bundle}.json").write_text(json.dumps(entry))
    return folder


@pytest.fixture
def team(teams_folder: Path) -> Team:
    return read_teams(teams_folder)["analytics"]


@pytest.fixture
def billing(teams_folder: Path) -> Team:
    return read_teams(teams_folder)["billing"]


class Runs:
    """Airflow's own table of runs, in a database that lasts as long as the test."""

    def __init__(self) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        for table in (LogTemplate.__table__, DagRun.__table__):
            table.create(engine)
        self.session = sessionmaker(engine)

    def add(
        self,
        dag_id: str,
        run_id: str,
        triggered_by: DagRunTriggeredByType | None,
        user: str | None,
        conf: dict[str, str] | None = None,
    ) -> None:
        row = {"dag_id": dag_id, "run_id": run_id, "triggered_by": triggered_by, "triggering_user_name": user}
        with self.session.begin() as session:
            session.execute(insert(DagRun).values(**row, run_type="manual", conf=conf, run_after=datetime.now(UTC)))


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs()
    monkeypatch.setattr(run_trigger, "create_session", lambda scoped: runs.session())
    return runs


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
def executor(
    teams_folder: Path, tmp_path: Path, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TeamKubernetesExecutor]:
    (tmp_path / "pod.yaml").write_text(TEMPLATE)
    monkeypatch.setattr(team_executor, "TEAMS", teams_folder)
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE", str(tmp_path / "pod.yaml"))
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__WORKER_CONTAINER_REPOSITORY", "apache/airflow")
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__WORKER_CONTAINER_TAG", "3.3.2")
    executor = TeamKubernetesExecutor()
    executor.task_queue = Queue()
    yield executor
    executor.task_queue.close()
