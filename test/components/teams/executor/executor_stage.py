"""What the scheduler does with a task that is due, without a scheduler."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

from airflow.executors.workloads import BundleInfo, ExecuteTask
from airflow.executors.workloads.task import TaskInstanceDTO
from airflow.providers.cncf.kubernetes.executors.kubernetes_executor_utils import AirflowKubernetesScheduler

if TYPE_CHECKING:
    from airflow.providers.cncf.kubernetes.executors.kubernetes_executor import KubernetesExecutor


def workload(
    bundle: str, *, dag_id: str = "values", task_id: str = "one", map_index: int = -1, try_number: int = 1
) -> Any:
    task = TaskInstanceDTO(
        id=uuid.uuid4(),
        dag_version_id=uuid.uuid4(),
        task_id=task_id,
        dag_id=dag_id,
        run_id="manual__1",
        try_number=try_number,
        map_index=map_index,
        pool_slots=1,
        queue="default",
        priority_weight=1,
    )
    return ExecuteTask(
        ti=task, dag_rel_path=Path("values.py"), token="token", log_path="log", bundle_info=BundleInfo(name=bundle)
    )


def run(
    executor: KubernetesExecutor, task: Any, executor_config: dict[str, Any] | None = None, queue: str | None = None
) -> Any:
    """What the scheduler does with a task that is due, up to the pod that would be created; None where there is none."""
    executor.running.add(task.ti.key)
    executor.execute_async(key=task.ti.key, command=[task], queue=queue, executor_config=executor_config)
    if executor.task_queue is None or task.ti.key not in executor.running:
        return None
    job = executor.task_queue.get(timeout=5)
    kubernetes = AirflowKubernetesScheduler.__new__(AirflowKubernetesScheduler)
    kubernetes.kube_config = executor.kube_config
    kubernetes.namespace = "airflow"
    kubernetes.scheduler_job_id = "7"
    kubernetes.log_ = MagicMock()
    kubernetes.supports_task_instance_uuid = False
    return kubernetes._build_pod_request(job)
