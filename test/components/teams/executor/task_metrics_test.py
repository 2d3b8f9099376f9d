"""What a task's own metrics say of it, as Airflow's own exporter sends it, and that the mesh counts its pod by the same."""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

# The way of a task's own process: see airflow/sdk/execution_time/task_runner.py.
PROGRAM = """
import sys
from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from opentelemetry import metrics

stats.initialize(
    factory=stats_utils.get_stats_factory(), export_legacy_names=conf.getboolean("metrics", "legacy_names_on")
)
stats.incr("ti.start", tags={"dag_id": sys.argv[1], "task_id": sys.argv[2]})
metrics.get_meter_provider().force_flush()
"""


class Collector:
    """Takes what an OTLP exporter sends."""

    def __init__(self) -> None:
        self.received: list[ExportMetricsServiceRequest] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                received.append(ExportMetricsServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def only_metric(self) -> tuple[str, dict[str, str], dict[str, str]]:
        """Its name, its tags, and what all metrics of the process have."""
        [resource_metrics] = self.received[0].resource_metrics
        [scope] = resource_metrics.scope_metrics
        [metric] = scope.metrics
        [point] = metric.sum.data_points
        return metric.name, _texts(point.attributes), _texts(resource_metrics.resource.attributes)


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    Thread(target=collector.server.serve_forever, daemon=True).start()
    yield collector
    collector.server.shutdown()
    collector.server.server_close()


def _texts(attributes: Any) -> dict[str, str]:
    return {each.key: each.value.string_value for each in attributes}


@pytest.mark.parametrize(
    ("dag_id", "task_id"),
    [("values", "double"), ("a" * 64, "extract_and_load." * 5), ("_private_", "schön")],
    ids=["plain", "too long", "with what no label may have"],
)
def test_counts_a_task_by_what_the_mesh_counts_its_pod_by(collector: Collector, dag_id: str, task_id: str) -> None:
    labels = PodGenerator.build_labels_for_k8s_executor_pod(dag_id=dag_id, task_id=task_id, try_number=1)
    # As Kubernetes fills in the template's variables from the labels of the pod.
    resource = f"team=analytics,k8s.pod.label.dag_id={labels['dag_id']},k8s.pod.label.task_id={labels['task_id']}"
    environment = {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "AIRFLOW__METRICS__LEGACY_NAMES_ON": "False",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_RESOURCE_ATTRIBUTES": resource,
    }
    subprocess.run([sys.executable, "-c", PROGRAM, dag_id, task_id], env={**os.environ, **environment}, check=True)
    name, tags, process = collector.only_metric()
    assert (name, tags) == ("airflow.ti.start", {"dag_id": dag_id, "task_id": task_id})
    assert process["team"] == "analytics"
    for key in ("dag_id", "task_id"):
        assert process[f"k8s.pod.label.{key}"] == labels[key]
        # Where Airflow has nothing to shorten, its own tag is the label.
        assert (tags[key] == labels[key]) == (dag_id == "values")
