"""What a DAG's author may choose of a task's pod, and what is refused, in which words."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import models as k8s

from task_pod import Refusal, Team, check_pod, task_pod

ASK = "Ask ann@example.com or #team-analytics, who own team analytics."
CHOICE = (
    "of a task's pod its author chooses resources, plain variables, one of the team's images and one of its placements"
)


def base(**fields: Any) -> k8s.V1Container:
    return k8s.V1Container(name="base", **fields)


def asking(
    *, metadata: k8s.V1ObjectMeta | None = None, container: k8s.V1Container | None = None, **spec: Any
) -> k8s.V1Pod:
    containers = [base() if container is None else container]
    return k8s.V1Pod(metadata=metadata, spec=k8s.V1PodSpec(containers=spec.pop("containers", containers), **spec))


def refusal(team: Team, asked: k8s.V1Pod) -> str:
    with pytest.raises(Refusal) as caught:
        task_pod(team, asked)
    return str(caught.value)


def test_gives_the_teams_pod_to_who_asks_for_nothing(team: Team) -> None:
    for asked in (None, k8s.V1Pod(), asking()):
        pod = task_pod(team, asked)
        assert (pod.metadata.namespace, pod.spec.service_account_name) == ("team-analytics", "airflow-task")
        assert pod.metadata.labels == {"airflow-linkerd.io/team": "analytics"}
        assert [variable.name for variable in pod.spec.containers[0].env] == ["GIT_TOKEN"]


def test_takes_what_is_so_anyway(team: Team) -> None:
    asked = asking(metadata=k8s.V1ObjectMeta(namespace="team-analytics"), service_account_name="airflow-task")
    assert task_pod(team, asked).spec.service_account_name == "airflow-task"


def test_grants_resources_plain_variables_an_image_and_a_placement(team: Team) -> None:
    pod = task_pod(
        team,
        asking(
            container=base(
                env=[k8s.V1EnvVar(name="MODE", value="full"), k8s.V1EnvVar(name="EMPTY", value="")],
                image="registry.example.com/analytics:1",
                resources=k8s.V1ResourceRequirements(
                    requests={"cpu": "500m", "memory": "1Gi"}, limits={"memory": "2Gi", "nvidia.com/gpu": 1}
                ),
            ),
            node_selector={"pool": "gpu"},
        ),
    )
    [container] = pod.spec.containers
    assert [(variable.name, variable.value) for variable in container.env[1:]] == [("MODE", "full"), ("EMPTY", "")]
    assert container.image == "registry.example.com/analytics:1"
    assert container.resources.requests == {"cpu": "500m", "memory": "1Gi"}
    assert container.resources.limits == {"memory": "2Gi", "nvidia.com/gpu": "1"}
    assert pod.spec.node_selector == {"pool": "gpu"}
    assert [(each.key, each.operator) for each in pod.spec.tolerations] == [("gpu", "Exists")]


def test_makes_each_pod_anew(team: Team) -> None:
    first = task_pod(team, asking(container=base(env=[k8s.V1EnvVar(name="MODE", value="full")])))
    second = task_pod(team, None)
    assert first.spec.containers[0].env != second.spec.containers[0].env


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (asking(metadata=k8s.V1ObjectMeta(namespace="team-billing")), "metadata.namespace"),
        (asking(service_account_name="admin"), "spec.serviceAccountName"),
        (asking(service_account="admin"), "spec.serviceAccount"),
        (
            asking(metadata=k8s.V1ObjectMeta(labels={"airflow-linkerd.io/team": "billing"})),
            "metadata.labels.airflow-linkerd.io/team",
        ),
        (asking(metadata=k8s.V1ObjectMeta(labels={"dag_id": "another"})), "metadata.labels.dag_id"),
        (asking(metadata=k8s.V1ObjectMeta(annotations={"dag_id": "another"})), "metadata.annotations.dag_id"),
        (
            asking(metadata=k8s.V1ObjectMeta(annotations={"linkerd.io/inject": "disabled"})),
            "metadata.annotations.linkerd.io/inject",
        ),
        (
            asking(metadata=k8s.V1ObjectMeta(annotations={"config.linkerd.io/skip-outbound-ports": "5432"})),
            "metadata.annotations.config.linkerd.io/skip-outbound-ports",
        ),
        (asking(metadata=k8s.V1ObjectMeta(finalizers=["example.com/stay"])), "metadata.finalizers"),
        (asking(host_network=True), "spec.hostNetwork"),
        (asking(host_pid=True), "spec.hostPID"),
        (asking(host_ipc=True), "spec.hostIPC"),
        (asking(host_users=True), "spec.hostUsers"),
        (asking(share_process_namespace=True), "spec.shareProcessNamespace"),
        (asking(automount_service_account_token=True), "spec.automountServiceAccountToken"),
        (asking(runtime_class_name="runc"), "spec.runtimeClassName"),
        (asking(priority_class_name="system-node-critical"), "spec.priorityClassName"),
        (asking(node_name="node-1"), "spec.nodeName"),
        (asking(scheduler_name="mine"), "spec.schedulerName"),
        (asking(dns_policy="None"), "spec.dnsPolicy"),
        (asking(host_aliases=[k8s.V1HostAlias(ip="10.0.0.1", hostnames=["airflow-api-server"])]), "spec.hostAliases"),
        (asking(restart_policy="Always"), "spec.restartPolicy"),
        (asking(tolerations=[k8s.V1Toleration(operator="Exists")]), "spec.tolerations"),
        (
            asking(
                affinity=k8s.V1Affinity(
                    node_affinity=k8s.V1NodeAffinity(
                        preferred_during_scheduling_ignored_during_execution=[
                            k8s.V1PreferredSchedulingTerm(
                                preference=k8s.V1NodeSelectorTerm(
                                    match_fields=[
                                        k8s.V1NodeSelectorRequirement(
                                            key="metadata.name", operator="In", values=["node-1"]
                                        )
                                    ]
                                ),
                                weight=1,
                            )
                        ]
                    )
                )
            ),
            "spec.affinity",
        ),
        (asking(init_containers=[k8s.V1Container(name="first", image="busybox")]), "spec.initContainers"),
        (asking(image_pull_secrets=[k8s.V1LocalObjectReference(name="dags")]), "spec.imagePullSecrets"),
        (asking(security_context=k8s.V1PodSecurityContext(run_as_user=0)), "spec.securityContext.runAsUser"),
        (asking(termination_grace_period_seconds=86400), "spec.terminationGracePeriodSeconds"),
        (
            asking(
                volumes=[k8s.V1Volume(name="fernet", secret=k8s.V1SecretVolumeSource(secret_name="airflow-fernet-key"))]
            ),
            "spec.volumes",
        ),
        (asking(container=base(args=["sleep", "1"])), "spec.containers[base].args"),
        (asking(container=base(command=["sh"])), "spec.containers[base].command"),
        (
            asking(container=base(security_context=k8s.V1SecurityContext(privileged=True))),
            "spec.containers[base].securityContext.privileged",
        ),
        (
            asking(container=base(env_from=[k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name="dags"))])),
            "spec.containers[base].envFrom",
        ),
        (
            asking(container=base(volume_mounts=[k8s.V1VolumeMount(name="dags-key", mount_path="/tmp/key")])),
            "spec.containers[base].volumeMounts",
        ),
        (
            asking(
                container=base(
                    lifecycle=k8s.V1Lifecycle(post_start=k8s.V1LifecycleHandler(_exec=k8s.V1ExecAction(command=["id"])))
                )
            ),
            "spec.containers[base].lifecycle.postStart.exec.command",
        ),
        (asking(container=base(image_pull_policy="Never")), "spec.containers[base].imagePullPolicy"),
        (k8s.V1Pod(api_version="v2"), "apiVersion"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses(team: Team, asked: k8s.V1Pod, path: str) -> None:
    assert f"pod_override sets {path}" in (text := refusal(team, asked))
    assert text.endswith(f": {CHOICE}. {ASK}")


def test_refuses_every_field_that_kubernetes_may_get(team: Team) -> None:
    """Whatever a newer Kubernetes adds is refused too: the list is of what is allowed."""
    pod = asking().to_dict()
    for field in k8s.V1PodSpec.attribute_map:
        if field in ("containers", "node_selector"):
            continue
        spec = k8s.V1PodSpec(containers=[base()])
        setattr(spec, f"_{field}", "something")
        assert "pod_override sets spec." in refusal(team, k8s.V1Pod(spec=spec)), field
    assert pod["spec"]["containers"][0]["name"] == "base"


@pytest.mark.parametrize(
    "name",
    [
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "AIRFLOW_CONN_DB",
        "AWS_ROLE_ARN",
        "aws_profile",
        "LINKERD2_PROXY_LOG",
        "KUBERNETES_SERVICE_HOST",
        "OTEL_RESOURCE_ATTRIBUTES",
        "HTTP_PROXY",
        "https_proxy",
        "no_proxy",
        "grpc_proxy_HTTPS_PROXY",
        "GIT_TOKEN",
    ],
)
def test_keeps_the_platforms_variables(team: Team, name: str) -> None:
    asked = asking(container=base(env=[k8s.V1EnvVar(name=name, value="mine")]))
    assert refusal(team, asked) == f"the variable {name} is the platform's. {ASK}"


@pytest.mark.parametrize("name", ["", "a b", "1st", "A-B", "LD.SO", "A\nB"])
def test_refuses_names_that_no_shell_reads(team: Team, name: str) -> None:
    asked = asking(container=base(env=[k8s.V1EnvVar(name=name, value="mine")]))
    assert refusal(team, asked).startswith(f"the variable {name!r} has no name that a shell can read.")


def test_refuses_a_variable_from_a_secret(team: Team) -> None:
    source = k8s.V1EnvVarSource(secret_key_ref=k8s.V1SecretKeySelector(name="airflow-fernet-key", key="fernet-key"))
    asked = asking(container=base(env=[k8s.V1EnvVar(name="KEY", value_from=source)]))
    assert refusal(team, asked) == f"the variable KEY takes its value from elsewhere: write the value itself. {ASK}"


def test_refuses_images_that_are_not_the_teams(team: Team, billing: Team) -> None:
    asked = asking(container=base(image="registry.example.com/analytics:latest"))
    assert refusal(team, asked) == (
        "the image registry.example.com/analytics:latest is not one of team analytics's images: "
        f"registry.example.com/analytics:1. {ASK}"
    )
    assert "images: none but the platform's, which needs no image here." in refusal(billing, asked)


def test_refuses_containers_besides_the_tasks(team: Team) -> None:
    for containers in ([base(), k8s.V1Container(name="more")], [k8s.V1Container(name="more")]):
        text = refusal(team, asking(containers=containers))
        assert text == f"pod_override has a container more: a task has one, base. {ASK}"


def test_refuses_nodes_that_are_not_offered(team: Team, billing: Team) -> None:
    asked = asking(node_selector={"pool": "platform"})
    assert refusal(team, asked) == (
        f'node_selector {{"pool": "platform"}} is not offered to team analytics: {{"pool": "gpu"}}. {ASK}'
    )
    assert "is not offered to team billing: none." in refusal(billing, asking(node_selector={"pool": "gpu"}))


@pytest.mark.parametrize("amount", ["much", "-1", "1 Gi", "NaN", "1gi"])
def test_refuses_what_is_no_quantity(team: Team, amount: str) -> None:
    asked = asking(container=base(resources=k8s.V1ResourceRequirements(limits={"memory": amount})))
    assert (
        refusal(team, asked)
        == f"resources.limits.memory is {amount!r}, which is no quantity such as 500m or 2Gi. {ASK}"
    )


def test_refuses_resources_that_come_with_a_placement_alone(team: Team) -> None:
    asked = asking(container=base(resources=k8s.V1ResourceRequirements(limits={"nvidia.com/gpu": "1"})))
    assert (
        refusal(team, asked) == f"resources.limits has nvidia.com/gpu: there are cpu, ephemeral-storage, memory. {ASK}"
    )


def test_refuses_claims_of_devices(team: Team) -> None:
    claims = k8s.V1ResourceRequirements(claims=[k8s.CoreV1ResourceClaim(name="gpu")])
    assert refusal(team, asking(container=base(resources=claims))).startswith(
        "resources.claims is not for a DAG's author"
    )


def test_says_all_at_once(team: Team) -> None:
    asked = asking(host_network=True, service_account_name="admin", container=base(image="busybox"))
    text = refusal(team, asked)
    assert "the image busybox" in text and "spec.serviceAccountName" in text and "spec.hostNetwork" in text


def pods(*teams: Team) -> dict[tuple[str, str], Team]:
    return {(team.namespace, team.service_account): team for team in teams}


def test_looks_once_more_at_what_is_created(team: Team, billing: Team) -> None:
    check_pod(pods(team, billing), task_pod(team, None))
    strange = task_pod(team, None)
    strange.metadata.namespace = "airflow"
    with pytest.raises(Refusal, match="would run as airflow-task in airflow, which is no team's"):
        check_pod(pods(team, billing), strange)
    open_pod = task_pod(team, None)
    open_pod.spec.host_network = True
    with pytest.raises(Refusal, match="a task's pod would have host_network"):
        check_pod(pods(team, billing), open_pod)


def test_gives_every_task_what_the_stack_gives_to_tasks_and_lets_nobody_take_its_place(team: Team) -> None:
    [container] = team.pod["spec"]["containers"]
    container["env"].append({"name": "REPORTS_ZONE", "value": "Europe/Berlin"})
    container["envFrom"] = [{"configMapRef": {"name": "endpoints"}}, {"secretRef": {"name": "quota"}}]
    container["volumeMounts"].append({"name": "stack-0", "mountPath": "/etc/queries", "readOnly": True})
    team.pod["spec"]["volumes"].append({"name": "stack-0", "configMap": {"name": "queries"}})

    pod = task_pod(team, asking(container=base(env=[k8s.V1EnvVar(name="MODE", value="full")])))
    [made] = pod.spec.containers
    assert [variable.name for variable in made.env] == ["GIT_TOKEN", "REPORTS_ZONE", "MODE"]
    assert [source.config_map_ref.name for source in made.env_from if source.config_map_ref] == ["endpoints"]
    assert [source.secret_ref.name for source in made.env_from if source.secret_ref] == ["quota"]
    assert [mount.mount_path for mount in made.volume_mounts] == ["/etc/dags-key", "/etc/queries"]
    assert [volume.name for volume in pod.spec.volumes] == ["dags-key", "stack-0"]

    other = asking(container=base(env=[k8s.V1EnvVar(name="REPORTS_ZONE", value="UTC")]))
    assert "the variable REPORTS_ZONE is the platform's" in refusal(team, other)
    more = asking(container=base(env_from=[k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name="dags"))]))
    assert "pod_override sets spec.containers[base].envFrom" in refusal(team, more)
