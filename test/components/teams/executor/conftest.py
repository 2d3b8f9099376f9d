"""A team whose pods the tests look at, in the words of the `teams.json` that the platform writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from task_pod import Team, read_teams

if TYPE_CHECKING:
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
