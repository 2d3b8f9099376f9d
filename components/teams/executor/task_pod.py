"""What a task's pod is made of: what its team's entry says, and the little that a DAG's author may choose.

Nothing here asks Airflow or Kubernetes anything. The folder `teams`, beside this file, is written by the platform: a file
for each DAG bundle, in the shape of `entry` in team-entries.ts.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kubernetes.client import models as k8s

# The container that Airflow runs a task in.
BASE = "base"

# What Kubernetes counts, and what a team's quota limits. Anything else, such as a GPU, comes with a placement.
RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})

ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# An amount as Kubernetes writes it, such as 500m or 2Gi.
QUANTITY = re.compile(r"\d+(\.\d+)?([numkMGTPE]|[KMGTPE]i|[eE]\d+)?")

# What Airflow, AWS's clients, Linkerd and Kubernetes read, whose metrics a task's are, and where a proxy would send its
# calls.
RESERVED_ENV = re.compile(
    r"(AIRFLOW|AWS_|LINKERD|KUBERNETES_).*|OTEL_RESOURCE_ATTRIBUTES|(.*_)?(HTTPS?|ALL|NO|FTP)_PROXY", re.IGNORECASE
)


class Refusal(Exception):
    """A task that may not run as its author asked. The text is for the author: what, why, and whom to ask."""


@dataclass(frozen=True)
class Placement:
    """Nodes that a team's tasks may ask for, by the labels that the author writes as `node_selector`."""

    node_selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]
    # Names of extended resources that such nodes have, such as "nvidia.com/gpu".
    resources: frozenset[str]


@dataclass(frozen=True)
class Team:
    """Whose task it is, and as what it therefore runs."""

    name: str
    # Whom an author asks when something is refused.
    owners: tuple[str, ...]
    # Namespace, account, labels, annotations, environment and volumes of the team's pods, as Kubernetes writes them.
    pod: Mapping[str, Any]
    # Images besides the platform's own.
    images: frozenset[str]
    placements: tuple[Placement, ...]

    @property
    def namespace(self) -> str:
        return str(self.pod["metadata"]["namespace"])

    @property
    def service_account(self) -> str:
        return str(self.pod["spec"]["serviceAccountName"])

    def refuse(self, problems: list[str]) -> NoReturn:
        wanted = "; ".join(problems)
        raise Refusal(f"{wanted}. Ask {' or '.join(self.owners)}, who own team {self.name}.")


def read_teams(folder: Path) -> dict[str, Team]:
    """The teams by the DAG bundle that is theirs, which the file with the team is named after."""
    # Kubernetes has folders of its own beside the files of a volume.
    files = [file for file in folder.iterdir() if file.suffix == ".json"]
    return {file.stem: _team(json.loads(file.read_text(encoding="utf-8"))) for file in sorted(files)}


def _team(entry: Mapping[str, Any]) -> Team:
    return Team(
        name=entry["name"],
        owners=tuple(entry["owners"]),
        pod=entry["pod"],
        images=frozenset(entry["images"]),
        placements=tuple(
            Placement(
                node_selector=placement["nodeSelector"],
                tolerations=tuple(placement["tolerations"]),
                resources=frozenset(placement["resources"]),
            )
            for placement in entry["placements"]
        ),
    )


def task_pod(team: Team, asked: k8s.V1Pod | None) -> k8s.V1Pod:
    """The team's pod with what the author may choose. Made anew, so that nothing else of `asked` is in it.

    :raises Refusal: when the author asks for anything else, with all of it.
    """
    wish = _Wish(team, {} if asked is None else PodGenerator.serialize_pod(asked))
    if wish.problems:
        team.refuse(wish.problems)
    pod: dict[str, Any] = json.loads(json.dumps(team.pod))
    spec = pod["spec"]
    [container] = spec["containers"]
    container["env"] = [*container.get("env", []), *wish.env]
    if wish.image is not None:
        container["image"] = wish.image
    if wish.resources:
        container["resources"] = wish.resources
    if wish.placement is not None:
        spec["nodeSelector"] = dict(wish.placement.node_selector)
        spec["tolerations"] = [dict(toleration) for toleration in wish.placement.tolerations]
    return PodGenerator.deserialize_model_dict(pod)


def check_pod(pods: Mapping[tuple[str, str], Team], pod: k8s.V1Pod) -> None:
    """Looks once more at a pod that is about to be created, whoever put it together.

    :raises Refusal: unless it is of one team's namespace and account and shares nothing with its node.
    """
    place = (pod.metadata.namespace, pod.spec.service_account_name)
    if place not in pods:
        raise Refusal(f"a task's pod would run as {place[1]} in {place[0]}, which is no team's")
    team = pods[place]
    shared = [name for name in ("host_network", "host_pid", "host_ipc") if getattr(pod.spec, name)]
    if shared:
        team.refuse([f"a task's pod would have {', '.join(shared)}"])


class _Wish:
    """What an author asks for: what of it is granted, and what is refused."""

    def __init__(self, team: Team, asked: Mapping[str, Any]) -> None:
        self.problems: list[str] = []
        self.env: list[dict[str, str]] = []
        self.image: str | None = None
        self.resources: dict[str, dict[str, str]] = {}
        self.placement: Placement | None = None
        self._team = team

        given = _without_nothing(asked)
        metadata = given.pop("metadata", {})
        spec = given.pop("spec", {})
        containers = spec.pop("containers", [])
        # A name is Airflow's to give, and these two are what they are: to say them is no harm.
        metadata.pop("name", None)
        if metadata.get("namespace") == team.namespace:
            del metadata["namespace"]
        if spec.get("serviceAccountName") == team.service_account:
            del spec["serviceAccountName"]
        if "nodeSelector" in spec:
            self._place(spec.pop("nodeSelector"))
        if containers:
            self._container(containers[0])
        for number, container in enumerate(containers[1:], start=1):
            self.problems.append(
                f"pod_override has a container {container.get('name', number)}: a task has one, {BASE}"
            )
        self._leave(("metadata", metadata), ("spec", spec), *given.items())

    def _container(self, container: dict[str, Any]) -> None:
        name = container.pop("name", BASE)
        if name != BASE:
            self.problems.append(f"pod_override has a container {name}: a task has one, {BASE}")
        for entry in container.pop("env", []):
            self._variable(entry)
        image = container.pop("image", None)
        if image is not None and image not in self._team.images:
            known = ", ".join(sorted(self._team.images)) or "none but the platform's, which needs no image here"
            self.problems.append(f"the image {image} is not one of team {self._team.name}'s images: {known}")
        self.image = image
        self._amounts(container.pop("resources", {}))
        self._leave((f"spec.containers[{BASE}]", container))

    def _variable(self, entry: dict[str, Any]) -> None:
        name = str(entry.get("name", ""))
        taken = {variable["name"] for variable in self._team.pod["spec"]["containers"][0].get("env", [])}
        if not ENV_NAME.fullmatch(name):
            self.problems.append(f"the variable {name!r} has no name that a shell can read")
        elif RESERVED_ENV.fullmatch(name) or name in taken:
            self.problems.append(f"the variable {name} is the platform's")
        elif entry.keys() - {"name", "value"}:
            self.problems.append(f"the variable {name} takes its value from elsewhere: write the value itself")
        else:
            self.env.append({"name": name, "value": str(entry.get("value", ""))})

    def _place(self, selector: dict[str, str]) -> None:
        found = [each for each in self._team.placements if dict(each.node_selector) == selector]
        if found:
            [self.placement] = found
            return
        offered = " or ".join(json.dumps(dict(each.node_selector)) for each in self._team.placements) or "none"
        self.problems.append(
            f"node_selector {json.dumps(selector)} is not offered to team {self._team.name}: {offered}"
        )

    def _amounts(self, resources: dict[str, Any]) -> None:
        extended = frozenset[str]() if self.placement is None else self.placement.resources
        for kind, amounts in resources.items():
            if kind not in ("requests", "limits"):
                self.problems.append(f"resources.{kind} is not for a DAG's author: requests and limits are")
                continue
            for name, amount in amounts.items():
                if name not in RESOURCES | extended:
                    known = ", ".join(sorted(RESOURCES | extended))
                    self.problems.append(f"resources.{kind} has {name}: there are {known}")
                elif not QUANTITY.fullmatch(str(amount)):
                    self.problems.append(
                        f"resources.{kind}.{name} is {amount!r}, which is no quantity such as 500m or 2Gi"
                    )
                else:
                    self.resources.setdefault(kind, {})[name] = str(amount)

    def _leave(self, *rest: tuple[str, Any]) -> None:
        """Whatever nobody took is refused, each by the path that the author wrote."""
        paths = [path for name, value in rest for path in _paths(name, value)]
        if paths:
            self.problems.append(
                f"pod_override sets {', '.join(paths)}: of a task's pod its author chooses resources, plain variables, "
                "one of the team's images and one of its placements"
            )


def _without_nothing(value: Any) -> Any:
    """A copy without empty maps and lists, which ask for nothing."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(below) for key, below in value.items()}
        return {key: below for key, below in kept.items() if below not in (None, {}, [])}
    if isinstance(value, list):
        return [_without_nothing(item) for item in value]
    return value


def _paths(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _paths(f"{name}.{key}", below)
    else:
        yield name
