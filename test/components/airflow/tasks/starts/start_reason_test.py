"""What people are told of what Kubernetes said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kubernetes.client import models as k8s
from kubernetes.client.rest import ApiException

from start_reason import of_end, of_pending, of_refusal, of_silence


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> ApiException:
    error = ApiException(status=status, reason="Nope")
    error.body = json.dumps({"message": message})
    error.headers = {"Audit-Id": "1", **(headers or {})}
    return error


QUOTA = 'pods "values-give-x1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=20, limited: pods=20'


def test_a_full_quota_passes_and_is_told_without_the_pods_name() -> None:
    reason = of_refusal(refusal(403, QUOTA))
    assert reason.passes
    assert reason.text == "there is no room: exceeded quota: team, requested: pods=1, used: pods=20, limited: pods=20"


def test_a_refusal_of_the_gate_is_told_in_the_gates_words() -> None:
    reason = of_refusal(
        refusal(
            403,
            "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'airflow-linkerd-teams-pods' with binding "
            "'airflow-linkerd-teams-pods' denied request: team billing: images here are one. Ask #billing.",
        )
    )
    assert not reason.passes
    assert reason.text == "Kubernetes refuses the pod: team billing: images here are one. Ask #billing."


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            403,
            'pods is forbidden: User "system:serviceaccount:airflow:airflow-scheduler" cannot create resource "pods"',
        ),
        (422, 'Pod "x" is invalid: metadata.labels: Invalid value: "a b": a valid label must be an empty string or'),
        (404, 'namespaces "team-gone" not found'),
    ],
)
def test_what_no_waiting_mends_is_told_at_once(status: int, message: str) -> None:
    reason = of_refusal(refusal(status, message))
    assert not reason.passes
    assert message.split(": ", 1)[-1] in reason.text
    # Its headers are nobody's concern.
    assert "Audit-Id" not in reason.text


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_api_server_passes_and_is_left_alone_for_as_long_as_it_asks(status: int) -> None:
    reason = of_refusal(refusal(status, "later", {"Retry-After": "7"}))
    assert (reason.passes, reason.pause) == (True, 7)
    assert of_refusal(refusal(status, "later", {"Retry-After": "soon"})).pause is None


@pytest.mark.parametrize("body", [None, "", "<html>gateway</html>", b"plain", "[]", "7", '{"message": null}'])
def test_an_answer_that_is_no_status_is_still_told(body: Any) -> None:
    error = ApiException(status=418, reason="Teapot")
    error.body = body
    assert of_refusal(error).text.startswith("Kubernetes refuses the pod: ")


def test_an_error_of_airflows_own_is_told_with_its_cause() -> None:
    try:
        try:
            raise TypeError("Cannot convert\n a text")
        except TypeError as cause:
            raise RuntimeError("wrapped") from cause
    except RuntimeError as error:
        reason = of_refusal(error)
    assert not reason.passes
    assert reason.text == "no pod can be made of what the task asks for: TypeError: Cannot convert a text"


def test_silence_passes() -> None:
    assert of_silence(ConnectionResetError("reset by peer")).passes
    assert of_silence(TimeoutError()).text == "Kubernetes does not answer: TimeoutError"


def pod(phase: str = "Pending", **status: Any) -> k8s.V1Pod:
    return k8s.V1Pod(metadata=k8s.V1ObjectMeta(name="x"), status=k8s.V1PodStatus(phase=phase, **status))


def container(name: str = "base", **state: Any) -> k8s.V1ContainerStatus:
    return k8s.V1ContainerStatus(
        name=name, image="i", image_id="", ready=False, restart_count=0, state=k8s.V1ContainerState(**state)
    )


def waiting(reason: str, message: str | None = None, name: str = "base") -> k8s.V1ContainerStatus:
    return container(name, waiting=k8s.V1ContainerStateWaiting(reason=reason, message=message))


def test_a_pod_that_no_node_takes() -> None:
    unscheduled = k8s.V1PodCondition(
        type="PodScheduled",
        status="False",
        reason="Unschedulable",
        message="0/3 nodes are available: 3 Insufficient cpu.",
    )
    reason = of_pending(pod(conditions=[unscheduled]))
    assert reason is not None
    assert reason.text == "no node takes the pod: 0/3 nodes are available: 3 Insufficient cpu."


def test_an_image_that_cannot_be_pulled() -> None:
    for status in ({"container_statuses": [waiting("ImagePullBackOff", 'Back-off pulling image "i"')]},):
        reason = of_pending(pod(**status))
        assert reason is not None
        assert reason.text == 'container base cannot start: ImagePullBackOff: Back-off pulling image "i"'
    reason = of_pending(pod(init_container_statuses=[waiting("ErrImagePull", name="linkerd-init")]))
    assert reason is not None
    assert reason.text == "container linkerd-init cannot start: ErrImagePull"


def test_a_pod_that_is_being_prepared_has_no_reason_yet() -> None:
    scheduled = k8s.V1PodCondition(type="PodScheduled", status="True")
    assert of_pending(pod()) is None
    assert of_pending(pod(conditions=[scheduled], container_statuses=[waiting("ContainerCreating")])) is None


def ended(reason: str, exit_code: int) -> k8s.V1ContainerStatus:
    return container(terminated=k8s.V1ContainerStateTerminated(reason=reason, exit_code=exit_code))


def test_a_task_that_failed_by_itself_is_told_of_in_its_log_alone() -> None:
    assert of_end(pod("Failed", container_statuses=[ended("Error", 1)]), started=True) is None
    assert of_end(None, started=True) is None


def test_a_task_that_its_node_ended_is_told_of() -> None:
    killed = of_end(pod("Failed", container_statuses=[ended("OOMKilled", 137)]), started=True)
    assert killed is not None
    assert killed.text == "container base ended by OOMKilled, exit code 137"
    evicted = of_end(pod("Failed", reason="Evicted", message="The node was low on memory."), started=True)
    assert evicted is not None
    assert evicted.text == "its pod failed: Evicted: The node was low on memory."


def test_a_pod_that_failed_before_its_task_began_always_has_a_reason() -> None:
    gone = of_end(None, started=False)
    assert gone is not None and gone.text == "its pod was deleted before the task began"
    for status in ({}, {"container_statuses": [ended("Error", 1)]}):
        assert of_end(pod("Failed", **status), started=False) is not None
    pulled = of_end(pod(container_statuses=[waiting("ErrImagePull", "no such image")]), started=False)
    assert pulled is not None and pulled.text == "container base cannot start: ErrImagePull: no such image"
