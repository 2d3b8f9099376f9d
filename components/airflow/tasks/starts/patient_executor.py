"""Airflow's KubernetesExecutor, which waits within bounds for room and tells people why a task's pod does not start.

The reason goes to Airflow's event log, under the task's try. start_log.py shows it in the task's own log, where everybody
looks who may see the task.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.providers.cncf.kubernetes.exceptions import PodMutationHookException, PodReconciliationError
from airflow.providers.cncf.kubernetes.executors.kubernetes_executor import KubernetesExecutor
from airflow.providers.cncf.kubernetes.kubernetes_helper_functions import (
    TRANSIENT_CONNECTION_ERRORS,
    annotations_to_key,
)
from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
from airflow.utils.session import create_session
from airflow.utils.state import TaskInstanceState
from kubernetes.client.rest import ApiException

import start_reason
from start_reason import Reason
from waiting_room import WaitingRoom

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow.models.taskinstance import TaskInstance
    from airflow.models.taskinstancekey import TaskInstanceKey

# The event's name in Airflow's event log.
EVENT = "pod not started"

# Rows for the event log that the scheduler may not have written yet. It writes them several times a minute.
UNWRITTEN = 10_000

# Seconds between looks at pods that exist and have not started.
LOOK_EVERY = 10.0


@dataclass(frozen=True)
class _Launched:
    """A task whose pod exists and may not have started."""

    namespace: str
    since: float


class PatientKubernetesExecutor(KubernetesExecutor):
    """Retries what may pass for as long as `[task_starts] minutes` says, and names the reason of every failed start."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = 60 * conf.getfloat("task_starts", "minutes", fallback=10.0)
        self._waiting = WaitingRoom()
        self._launched: dict[TaskInstanceKey, _Launched] = {}
        self._told: dict[TaskInstanceKey, str] = {}
        self._next_look = 0.0
        self._unwritten: deque[Any] = deque(maxlen=UNWRITTEN)

    def start(self) -> None:
        super().start()
        scheduler: Any = self.kube_scheduler
        scheduler.run_next = self._launching(scheduler.run_next)
        scheduler.run_next_batch = self._launching_batch(scheduler.run_next_batch)

    def _launching_batch(self, run_next_batch: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def run(jobs: Any) -> Any:
            results = run_next_batch(jobs)
            for job, problem in results:
                if problem is None:
                    self._has_pod(job)
            return results

        return run

    def _launching(self, run_next: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(job: Any) -> None:
            try:
                run_next(job)
            except (ApiException, PodMutationHookException, PodReconciliationError, *TRANSIENT_CONNECTION_ERRORS):
                raise
            except Exception as problem:
                # Airflow expects no others, and an error that left its loop would end the scheduler, for everybody.
                raise PodReconciliationError from problem
            self._has_pod(job)

        return run

    def _has_pod(self, job: Any) -> None:
        asked = job.kube_executor_config
        namespace = asked.metadata.namespace if asked is not None and asked.metadata is not None else None
        self._waiting.forget(job.key)
        self._launched[job.key] = _Launched(str(namespace or self.kube_config.kube_namespace), since=time.monotonic())

    def execute_async(
        self, key: TaskInstanceKey, command: Any, queue: str | None = None, executor_config: Any | None = None
    ) -> None:
        try:
            PodGenerator.from_obj(executor_config)
        except Exception as problem:
            self._fail_start(key, start_reason.of_refusal(problem))
            return
        super().execute_async(key=key, command=command, queue=queue, executor_config=executor_config)

    def sync(self) -> None:
        self._release_due()
        super().sync()
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY
            self._look_at_pending()

    def _handle_pod_publish_error(self, task: Any, e: Exception) -> bool:
        unanswered = isinstance(e, TRANSIENT_CONNECTION_ERRORS) and not isinstance(getattr(e, "status", None), int)
        reason = start_reason.of_silence(e) if unanswered else start_reason.of_refusal(e)
        waited = self._waiting.waited(task.key)
        if not reason.passes or waited >= self._patience:
            self._fail_start(task.key, reason, waited=waited)
            return False
        self._hold(task, reason)
        if reason.pause is None:
            return False
        self.create_pods_after = datetime.now() + timedelta(seconds=reason.pause)
        return True

    def _hold(self, task: Any, reason: Reason) -> None:
        """Sets it aside. It takes no slot of those that can run: one team's full quota is not the others' concern."""
        self._waiting.hold(task.key, task, at_least=reason.pause or 0)
        self.running.discard(task.key)
        self._tell(task.key, reason, f"Tried again for up to {self._patience / 60:g} minutes.")

    def _release_due(self) -> None:
        for key, job in self._waiting.due(most=self.parallelism - len(self.running)):
            # Airflow looks again whether the task is still wanted before it asks for the pod.
            self.running.add(key)
            if self.task_queue is not None:
                self.task_queue.put(job)

    def _discard_stale_pod_creation_task(self, task: Any) -> None:
        self._forget(task.key)
        super()._discard_stale_pod_creation_task(task)

    def has_task(self, task_instance: TaskInstance) -> bool:
        return task_instance.key in self._waiting or super().has_task(task_instance)

    @property
    def slots_available(self) -> int:
        # As many may wait as may run; those beyond that take slots, so that Airflow stops sending more.
        return super().slots_available - max(0, len(self._waiting) - self.parallelism)

    def revoke_task(self, *, ti: TaskInstance) -> None:
        self._forget(ti.key)
        super().revoke_task(ti=ti)

    def _change_state(self, results: Any, **kwargs: Any) -> None:
        if results.state == TaskInstanceState.FAILED and results.key in self.running:
            self._explain_end(results)
        super()._change_state(results, **kwargs)
        if results.key not in self.running:
            self._forget(results.key)

    def _explain_end(self, results: Any) -> None:
        try:
            with create_session(scoped=False) as session:
                state = self._get_task_instance_state(results.key, session=session)
            pod = self._read_pod(results.pod_name, results.namespace)
            reason = start_reason.of_end(pod, started=state != TaskInstanceState.QUEUED)
        except Exception:
            self.log.exception("Why %s ended could not be found out", results.key)
            return
        if reason is not None:
            self._tell(results.key, reason)

    def _read_pod(self, name: str, namespace: str) -> Any:
        client: Any = self.kube_client
        try:
            return client.read_namespaced_pod(name, namespace)
        except ApiException as problem:
            if problem.status == 404:
                return None
            raise

    def _look_at_pending(self) -> None:
        """Asks only where pods were made that have not been seen to start."""
        by_namespace: defaultdict[str, list[TaskInstanceKey]] = defaultdict(list)
        for key, launched in self._launched.items():
            by_namespace[launched.namespace].append(key)
        for namespace, keys in by_namespace.items():
            try:
                pending = self._pending(namespace)
            except Exception:
                self.log.exception("Why pods in %s do not start could not be found out", namespace)
                continue
            for key in keys:
                if key in pending:
                    self._look_at(key, pending[key])
                else:
                    self._launched.pop(key, None)

    def _pending(self, namespace: str) -> dict[TaskInstanceKey, Any]:
        client: Any = self.kube_client
        worker = self._make_safe_label_value(str(self.scheduler_job_id))
        pods = client.list_namespaced_pod(
            namespace, label_selector=f"airflow-worker={worker}", field_selector="status.phase=Pending"
        )
        return {annotations_to_key(pod.metadata.annotations): pod for pod in pods.items}

    def _look_at(self, key: TaskInstanceKey, pod: Any) -> None:
        reason = start_reason.of_pending(pod)
        waited = time.monotonic() - self._launched[key].since
        if reason is not None:
            self._tell(key, reason, f"Waited for, up to {self._patience / 60:g} minutes.")
        if waited >= self._patience:
            scheduler: Any = self.kube_scheduler
            # So that nobody takes its end for one by another hand.
            scheduler.patch_pod_revoked(pod_name=pod.metadata.name, namespace=pod.metadata.namespace)
            scheduler.delete_pod(pod_name=pod.metadata.name, namespace=pod.metadata.namespace)
            never = Reason("slow", "its pod was still being prepared: Kubernetes gives no reason")
            self._fail_start(key, reason or never, waited=waited)

    def _fail_start(self, key: TaskInstanceKey, reason: Reason, waited: float = 0.0) -> None:
        """Ends this try. What Airflow retries, it retries as the task says."""
        after = f" Given up after {waited / 60:.0f} minutes." if waited >= self._patience else ""
        self._forget(key)
        self.log.error("%s does not start: %s%s", key, reason.text, after)
        self._record(key, f"{reason.text}.{after}")
        self.pod_launch_attempts.pop(key, None)
        self.fail(key=key, info=reason.text)

    def _tell(self, key: TaskInstanceKey, reason: Reason, more: str = "") -> None:
        """Once for each kind of reason, however often it is met."""
        if self._told.get(key) != reason.kind:
            self._told[key] = reason.kind
            self.log.warning("%s has not started: %s", key, reason.text)
            self._record(key, f"{reason.text}. {more}".strip())

    def log_task_event(self, *, event: str, extra: str, ti_key: Any) -> None:
        super().log_task_event(event=event, extra=extra, ti_key=ti_key)
        # Airflow lets go of each row before SQLAlchemy, which refers to it weakly, has read it: the row would be empty, and
        # the database would refuse it with all others.
        if self._task_event_logs:
            self._unwritten.append(self._task_event_logs[-1])

    def _record(self, key: TaskInstanceKey, text: str) -> None:
        self.log_task_event(event=EVENT, extra=text, ti_key=key)

    def _forget(self, key: TaskInstanceKey) -> None:
        self._waiting.forget(key)
        self._launched.pop(key, None)
        self._told.pop(key, None)
