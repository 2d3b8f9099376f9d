"""The executor inside real Airflow, against a Kubernetes that refuses, is full, or keeps pods from starting."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import pytest
from airflow.executors.workloads import BundleInfo, ExecuteTask
from airflow.executors.workloads.task import TaskInstanceDTO
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models.log import Log
from airflow.providers.cncf.kubernetes.executors import kubernetes_executor
from airflow.providers.cncf.kubernetes.executors.kubernetes_executor_types import KubernetesResults
from airflow.utils.state import TaskInstanceState
from kubernetes.client import models as k8s
from kubernetes.client.rest import ApiException
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from urllib3.exceptions import ProtocolError

import patient_executor
import waiting_room
from patient_executor import EVENT, PatientKubernetesExecutor

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = 'pods "values-one-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2'


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> ApiException:
    error = ApiException(status=status, reason="Nope")
    error.body, error.headers = json.dumps({"message": message}), headers or {}
    return error


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patient_executor, "time", SimpleNamespace(monotonic=clock))
    monkeypatch.setattr(waiting_room.WaitingRoom.__init__, "__defaults__", (clock,))
    return clock


@pytest.fixture
def kubernetes(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """What the executor's own scheduler asks Kubernetes for, and the client of the executor itself."""
    scheduler = MagicMock()
    made = "airflow.providers.cncf.kubernetes.executors.kubernetes_executor_utils.AirflowKubernetesScheduler"
    monkeypatch.setattr(made, lambda **_: scheduler)
    monkeypatch.setattr(
        "airflow.providers.cncf.kubernetes.kube_client._get_executor_kube_client", lambda **_: scheduler.client
    )
    monkeypatch.setattr(kubernetes_executor.multiprocessing, "Manager", lambda: SimpleNamespace(JoinableQueue=Queue))
    scheduler.client.list_namespaced_pod.return_value.items = []
    return scheduler


@pytest.fixture
def executor(
    kubernetes: MagicMock, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> PatientKubernetesExecutor:
    monkeypatch.setenv("AIRFLOW__TASK_STARTS__MINUTES", "5")
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "4")
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE", "airflow-tasks")
    monkeypatch.setenv("AIRFLOW__KUBERNETES_EXECUTOR__WORKER_PODS_CREATION_BATCH_SIZE", "16")
    executor = PatientKubernetesExecutor()
    # No number, so that Airflow does not look its tasks up in a database.
    executor.job_id = "seven"
    executor.start()
    monkeypatch.setattr(executor, "_adopt_completed_pods", lambda client: None)
    return executor


def workload(task_id: str = "one", executor_config: Any = None) -> Any:
    task = TaskInstanceDTO(
        id=uuid.uuid4(),
        dag_version_id=uuid.uuid4(),
        task_id=task_id,
        dag_id="values",
        run_id="manual__1",
        try_number=1,
        map_index=-1,
        pool_slots=1,
        queue="default",
        priority_weight=1,
        executor_config=executor_config,
    )
    return ExecuteTask(
        ti=task, dag_rel_path=Path("values.py"), token="token", log_path="log", bundle_info=BundleInfo(name="dags")
    )


def queue(executor: PatientKubernetesExecutor, *tasks: Any) -> list[Any]:
    """As the scheduler hands them over; gives their keys."""
    for task in tasks:
        executor.queue_workload(task, session=MagicMock())
    executor.trigger_tasks(open_slots=len(tasks))
    return [task.ti.key for task in tasks]


def told(executor: PatientKubernetesExecutor) -> list[str]:
    assert {(row.event, row.dag_id, row.try_number) for row in executor._task_event_logs} <= {(EVENT, "values", 1)}
    return [str(row.extra) for row in executor._task_event_logs]


def end_of(executor: PatientKubernetesExecutor, key: Any) -> Any:
    state, info = executor.event_buffer.get(key, (None, None))
    return (state, info) if state == TaskInstanceState.FAILED else None


def test_waits_for_room_and_then_makes_the_pod(
    executor: PatientKubernetesExecutor, kubernetes: MagicMock, clock: Clock
) -> None:
    asked: list[Any] = []

    def run_next(job: Any) -> None:
        asked.append(job.key)
        if len(asked) < 4:
            raise refusal(403, FULL)

    executor.kube_scheduler.run_next = executor._launching(run_next)  # type: ignore[union-attr]
    [key] = queue(executor, workload())
    for _ in range(30):
        executor.sync()
        clock.now += 1
    assert asked == [key] * 4
    assert end_of(executor, key) is None
    # Told once, though it was refused three times.
    assert told(executor) == [
        "there is no room: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2. "
        "Tried again for up to 5 minutes."
    ]


def refusing(executor: PatientKubernetesExecutor, error: Exception) -> list[Any]:
    asked: list[Any] = []

    def run_next(job: Any) -> None:
        asked.append(job.key)
        raise error

    executor.kube_scheduler.run_next = executor._launching(run_next)  # type: ignore[union-attr]
    return asked


def test_gives_up_within_its_bound_and_leaves_the_retry_to_airflow(
    executor: PatientKubernetesExecutor, clock: Clock
) -> None:
    asked = refusing(executor, refusal(403, FULL))
    [key] = queue(executor, workload())
    began = clock.now
    while end_of(executor, key) is None:
        executor.sync()
        clock.now += 1
        assert clock.now - began < 400
    assert clock.now - began >= 300
    assert len(asked) < 20
    assert "exceeded quota" in end_of(executor, key)[1]
    assert told(executor)[-1].endswith("Given up after 5 minutes.")
    assert not executor.running and len(executor._waiting) == 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refusal(403, 'pods is forbidden: User "x" cannot create resource "pods"'), 'User "x" cannot create'),
        (refusal(422, 'Pod "x" is invalid: metadata.labels: Invalid value: "a b"'), 'Invalid value: "a b"'),
        (AttributeError("'set' object has no attribute 'openapi_types'"), "'set' object has no attribute"),
        (FileNotFoundError("no such template"), "FileNotFoundError: no such template"),
    ],
)
def test_fails_at_once_what_no_waiting_mends_and_the_others_go_on(
    executor: PatientKubernetesExecutor, error: Exception, reason: str
) -> None:
    asked = refusing(executor, error)
    keys = queue(executor, workload("one"), workload("two"))
    executor.sync()
    # An error that left sync() would end the scheduler.
    assert asked == keys
    for key in keys:
        assert reason in end_of(executor, key)[1]
    assert all(reason in text for text in told(executor)) and len(told(executor)) == 2


@pytest.mark.parametrize("executor_config", [{"pod_override": "text"}, "text", ["pod_override"]])
def test_tells_what_is_wrong_with_an_override_that_is_no_pod(
    executor: PatientKubernetesExecutor, executor_config: Any
) -> None:
    task = workload()
    executor.running.add(task.ti.key)
    executor.execute_async(key=task.ti.key, command=[task], executor_config=executor_config)
    assert end_of(executor, task.ti.key) is not None
    [text] = told(executor)
    assert text.startswith("no pod can be made: ")


@pytest.mark.parametrize(
    "error", [refusal(429, "too many"), refusal(503, "ending"), ProtocolError("reset"), refusal(500, "etcd")]
)
def test_survives_an_api_server_that_is_busy_or_gone(
    executor: PatientKubernetesExecutor, clock: Clock, error: Exception
) -> None:
    refusing(executor, error)
    [key] = queue(executor, workload())
    executor.sync()
    assert end_of(executor, key) is None
    assert key in executor._waiting


def test_leaves_an_api_server_alone_that_asks_for_it(executor: PatientKubernetesExecutor) -> None:
    asked = refusing(executor, refusal(429, "too many", {"Retry-After": "60"}))
    queue(executor, workload("one"), workload("two"))
    executor.sync()
    executor.sync()
    assert len(asked) == 1
    assert executor.create_pods_after is not None


def test_a_full_quota_takes_no_slots_of_others(executor: PatientKubernetesExecutor) -> None:
    refusing(executor, refusal(403, FULL))
    tasks = [workload(f"task_{number}") for number in range(6)]
    queue(executor, *tasks)
    executor.sync()
    assert executor.running == set()
    # As many may wait as may run; the two beyond that take slots.
    assert (executor.parallelism, executor.slots_available) == (4, 2)
    assert all(executor.has_task(MagicMock(id=task.ti.id, key=task.ti.key)) for task in tasks)


def test_a_task_that_is_taken_back_waits_no_more(
    executor: PatientKubernetesExecutor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = refusing(executor, refusal(403, FULL))
    monkeypatch.setattr(executor, "get_pod_combined_search_str_to_pod_map", dict)
    task = workload()
    queue(executor, task)
    executor.sync()
    executor.revoke_task(ti=MagicMock(key=task.ti.key, map_index=-1))
    clock.now += 100
    executor.sync()
    assert len(asked) == 1
    assert not executor.has_task(MagicMock(id=task.ti.id, key=task.ti.key))


def pending(key: Any, **status: Any) -> k8s.V1Pod:
    annotations = {
        "dag_id": key.dag_id,
        "task_id": key.task_id,
        "run_id": key.run_id,
        "try_number": str(key.try_number),
    }
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(name="values-one-x", namespace="airflow-tasks", annotations=annotations),
        status=k8s.V1PodStatus(phase="Pending", **status),
    )


UNSCHEDULED = [k8s.V1PodCondition(type="PodScheduled", status="False", message="0/3 nodes are available")]


def test_tells_what_a_pending_pod_waits_for_and_ends_it_at_last(
    executor: PatientKubernetesExecutor, kubernetes: MagicMock, clock: Clock
) -> None:
    [key] = queue(executor, workload())
    kubernetes.client.list_namespaced_pod.return_value.items = [pending(key, conditions=UNSCHEDULED)]
    clock.now += 20
    executor.sync()
    assert told(executor) == ["no node takes the pod: 0/3 nodes are available. Waited for, up to 5 minutes."]
    kubernetes.client.list_namespaced_pod.assert_called_with(
        "airflow-tasks", label_selector="airflow-worker=seven", field_selector="status.phase=Pending"
    )
    clock.now += 400
    executor.sync()
    assert "0/3 nodes" in end_of(executor, key)[1]
    kubernetes.patch_pod_revoked.assert_called_with(pod_name="values-one-x", namespace="airflow-tasks")
    kubernetes.delete_pod.assert_called_with(pod_name="values-one-x", namespace="airflow-tasks")


def test_asks_no_more_once_the_pod_has_started(
    executor: PatientKubernetesExecutor, kubernetes: MagicMock, clock: Clock
) -> None:
    queue(executor, workload())
    for _ in range(10):
        executor.sync()
        clock.now += 20
    assert kubernetes.client.list_namespaced_pod.call_count == 1
    assert told(executor) == []


def test_goes_on_when_it_may_not_look(executor: PatientKubernetesExecutor, kubernetes: MagicMock, clock: Clock) -> None:
    queue(executor, workload())
    kubernetes.client.list_namespaced_pod.side_effect = refusal(403, "no right")
    clock.now += 20
    executor.sync()
    executor.sync()


@pytest.fixture
def database_says(
    executor: PatientKubernetesExecutor, monkeypatch: pytest.MonkeyPatch
) -> Callable[[TaskInstanceState], None]:
    monkeypatch.setattr(patient_executor, "create_session", MagicMock())

    def says(state: TaskInstanceState) -> None:
        monkeypatch.setattr(executor, "_get_task_instance_state", lambda key, session: state)

    return says


def failed(key: Any) -> KubernetesResults:
    return KubernetesResults(key, TaskInstanceState.FAILED, "values-one-x", "airflow-tasks", "1", None)


def test_tells_why_an_image_was_not_pulled(
    executor: PatientKubernetesExecutor,
    kubernetes: MagicMock,
    database_says: Callable[[TaskInstanceState], None],
) -> None:
    database_says(TaskInstanceState.QUEUED)
    executor.pod_launch_failure_max_retries = 0
    [key] = queue(executor, workload())
    executor.sync()
    state = k8s.V1ContainerState(waiting=k8s.V1ContainerStateWaiting(reason="ErrImagePull", message="no such image"))
    status = k8s.V1ContainerStatus(name="base", image="i", image_id="", ready=False, restart_count=0, state=state)
    kubernetes.client.read_namespaced_pod.return_value = pending(key, container_statuses=[status])
    executor._change_state(failed(key), session=MagicMock())
    assert told(executor) == ["container base cannot start: ErrImagePull: no such image."]
    assert end_of(executor, key) is not None


def test_says_nothing_of_a_task_that_failed_by_itself(
    executor: PatientKubernetesExecutor,
    kubernetes: MagicMock,
    database_says: Callable[[TaskInstanceState], None],
) -> None:
    database_says(TaskInstanceState.FAILED)
    [key] = queue(executor, workload())
    executor.sync()
    kubernetes.client.read_namespaced_pod.side_effect = refusal(404, "gone")
    executor._change_state(failed(key), session=MagicMock())
    assert told(executor) == []
    assert end_of(executor, key) is not None


def test_has_its_reasons_written_by_the_scheduler(executor: PatientKubernetesExecutor) -> None:
    database = create_engine("sqlite://")
    Log.__table__.create(database)
    for number in range(3):
        executor.log_task_event(event=EVENT, extra=f"reason {number}", ti_key=workload().ti.key)
    with Session(database) as session:
        SchedulerJobRunner._process_task_event_logs(executor._task_event_logs, session)
        session.commit()
        rows = session.execute(select(Log.event, Log.dag_id, Log.extra).order_by(Log.extra)).all()
    assert [tuple(row) for row in rows] == [(EVENT, "values", f"reason {number}") for number in range(3)]
