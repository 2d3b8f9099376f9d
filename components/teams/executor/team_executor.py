"""Airflow's KubernetesExecutor, in which a task runs as its team and not as its author says.

The team is that of the DAG bundle that the scheduler itself recorded for the task: not of a label, an argument or a
name that a DAG's author writes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.models.dag import DagModel
from airflow.utils.session import create_session
from sqlalchemy import select

from patient_executor import PatientKubernetesExecutor
from run_trigger import trigger_annotations
from start_reason import Reason, of_refusal
from task_pod import Refusal, Team, check_pod, read_teams, task_pod

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.taskinstancekey import TaskInstanceKey
    from kubernetes.client import models as k8s

TEAMS = Path(__file__).with_name("teams")


class TeamKubernetesExecutor(PatientKubernetesExecutor):
    """Runs each task in a pod of its team's. A task of no team, or one that asks for more, fails with the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = read_teams(TEAMS)

    def execute_async(
        self,
        key: TaskInstanceKey,
        command: Any,
        queue: str | None = None,
        executor_config: Any | None = None,
    ) -> None:
        try:
            pod = self._pod(command[0].bundle_info.name, executor_config or {})
            started = trigger_annotations(key.dag_id, key.run_id)
            pod.metadata.annotations = {**(pod.metadata.annotations or {}), **started}
        except Exception as problem:
            # An error that left here would end the scheduler, for every team.
            refused = isinstance(problem, Refusal)
            if not refused:
                self.log.exception("%s does not run", key)
            self._fail_start(key, Reason("refused", str(problem)) if refused else of_refusal(problem))
            return
        # The queue is the author's word, and could name another pod template.
        super().execute_async(key=key, command=command, queue=None, executor_config={"pod_override": pod})

    def _pod(self, bundle: str, executor_config: dict[str, Any]) -> k8s.V1Pod:
        team = self._teams.get(bundle)
        if team is None:
            raise Refusal(f"the DAG bundle {bundle} is no team's: its tasks have no account to run as")
        unknown = [name for name in executor_config if name != "pod_override"]
        if unknown:
            team.refuse([f"executor_config has {', '.join(unknown)}: only pod_override is read"])
        return task_pod(team, executor_config.get("pod_override"))

    def _get_pod_namespace(self, ti: TaskInstance) -> str:
        """Where the log of a running task is. Airflow would look where the author says."""
        with create_session() as session:
            bundle = session.scalar(select(DagModel.bundle_name).where(DagModel.dag_id == ti.dag_id))
        team = None if bundle is None else self._teams.get(bundle)
        if team is None:
            raise Refusal(f"the DAG {ti.dag_id} is no team's, so no pod of its tasks can be found")
        return team.namespace


def pod_mutation_hook(pod: k8s.V1Pod) -> None:
    """The last look of the scheduler at what it is about to create: an error here fails that task alone."""
    check_pod(_by_account(TEAMS), pod)


@cache
def _by_account(folder: Path) -> dict[tuple[str, str], Team]:
    """Read once, as the executor reads them: with many teams each pod would wait for all files otherwise."""
    return {(team.namespace, team.service_account): team for team in read_teams(folder).values()}
