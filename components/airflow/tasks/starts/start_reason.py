"""Why a task's pod does not start, in words for the person whose task it is.

Nothing here asks Airflow or Kubernetes anything: it reads what they said.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubernetes.client import models as k8s

# The API server's opening of a refusal, such as `pods "values-give-x2" is forbidden: `. The pod's name helps nobody.
OPENING = re.compile(r'^pods "[^"]*" is (forbidden|invalid): ')

# What the API server puts before the words of a policy of the platform's.
POLICY = re.compile(r"^.*?ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request: ", re.DOTALL)

# Answers after which the same request may succeed: the API server is busy, restarts, or was too quick for itself.
BUSY = frozenset({429, 500, 502, 503, 504})

# Why a container waits that is only being prepared.
PREPARING = frozenset({"ContainerCreating", "PodInitializing"})

# A container that ended so was ended by its node, whatever its task did.
KILLED = frozenset({"OOMKilled", "Evicted", "DeadlineExceeded", "NodeLost", "Preempting", "Shutdown", "Terminated"})


@dataclass(frozen=True)
class Reason:
    """What keeps a pod from starting."""

    # Tells reasons apart whose words change from one time to the next.
    kind: str
    text: str
    # Whether it may pass by itself, so that waiting helps.
    passes: bool = False
    # Seconds that the API server asks to be left alone.
    pause: int | None = None


def of_refusal(error: Exception) -> Reason:
    """Of an error that making the pod ended with: of Kubernetes' clients, or of Airflow's own building of it."""
    status = getattr(error, "status", None)
    if not isinstance(status, int):
        cause = error.__cause__ or error
        # A refusal of the platform's is meant for people as it stands.
        said = _one_line(str(cause) if type(cause).__name__ == "Refusal" else f"{type(cause).__name__}: {cause}")
        return Reason("unbuildable", f"no pod can be made of what the task asks for: {said}")
    message = _message(error)
    if status == 403 and "exceeded quota" in message:
        return Reason("quota", f"there is no room: {OPENING.sub('', message)}", passes=True)
    if (status == 409 and "object has been modified" in message) or (status == 410 and "too old" in message):
        return Reason("conflict", f"Kubernetes asks to try again: {message}", passes=True)
    if status in BUSY:
        return Reason("busy", f"Kubernetes is busy ({status}): {message}", passes=True, pause=_pause(error))
    return Reason(f"refused {status}", f"Kubernetes refuses the pod: {POLICY.sub('', OPENING.sub('', message))}")


def of_silence(error: BaseException) -> Reason:
    """Of a connection to the API server that broke or never came about."""
    return Reason("silent", f"Kubernetes does not answer: {_one_line(str(error)) or type(error).__name__}", passes=True)


def of_pending(pod: k8s.V1Pod) -> Reason | None:
    """Of a pod that exists and has not started. None while nothing is known but that it is being prepared."""
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return Reason("no node", f"no node takes the pod: {_one_line(condition.message or condition.reason)}")
    for container in _containers(pod):
        waiting = container.state.waiting if container.state else None
        if waiting and waiting.reason and waiting.reason not in PREPARING:
            said = _one_line(f"{waiting.reason}: {waiting.message}" if waiting.message else waiting.reason)
            return Reason(f"{container.name} {waiting.reason}", f"container {container.name} cannot start: {said}")
    return None


def of_end(pod: k8s.V1Pod | None, started: bool) -> Reason | None:
    """Of a pod that failed. None when its task ran and ended by itself: then the task's log says why."""
    if pod is None:
        return None if started else Reason("gone", "its pod was deleted before the task began")
    said = of_pending(pod) if pod.status.phase == "Pending" else None
    if said is not None:
        return said
    for container in _containers(pod):
        ended = container.state.terminated if container.state else None
        if ended and ended.exit_code != 0 and (not started or ended.reason in KILLED):
            message = f": {ended.message}" if ended.message else ""
            text = _one_line(
                f"container {container.name} ended by {ended.reason}, exit code {ended.exit_code}{message}"
            )
            return Reason(f"{container.name} {ended.reason}", text)
    if not started or pod.status.reason in KILLED:
        said_of_pod = [part for part in (pod.status.reason, pod.status.message) if part]
        return Reason("pod failed", _one_line(f"its pod failed: {': '.join(said_of_pod) or 'Kubernetes says no more'}"))
    return None


def _containers(pod: k8s.V1Pod) -> list[Any]:
    return [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]


def _message(error: Exception) -> str:
    body = getattr(error, "body", None)
    try:
        parsed = json.loads(body) if body else {}
    except (TypeError, ValueError):
        # A proxy's page, or plain words.
        parsed = {"message": body.decode(errors="replace") if isinstance(body, bytes) else body}
    message = parsed.get("message") if isinstance(parsed, dict) else None
    return _one_line(str(message or getattr(error, "reason", None) or "it gives no reason"))


def _pause(error: Exception) -> int | None:
    """Of the header that comes with 429, and with 503 while the API server ends."""
    try:
        return int((getattr(error, "headers", None) or {})["Retry-After"])
    except (KeyError, TypeError, ValueError):
        return None


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())[:1000]
