"""Programs that a team lets start runs of some of its DAGs, such as a CI job: which they are, and what each may do.

The login's provider says who calls, by a token for a client of its own, or another issuer that the stack names. Nothing of a machine is in FAB's tables: it has no
account, no role and no permission there, and so no right but those that are written here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# By which claims providers say for which client a token was made.
CLIENT_CLAIMS = ("azp", "client_id", "cid", "appid")

# With a DAG that is named: to start a run, and to see how it goes. Neither logs nor XComs, which hold what tasks know.
RIGHTS = frozenset(
    {
        ("GET", None),
        ("GET", DagAccessEntity.RUN),
        ("GET", DagAccessEntity.TASK_INSTANCE),
        ("POST", DagAccessEntity.RUN),
    }
)


@dataclass(frozen=True)
class Machine(BaseUser):
    """One of a team's programs, in the form in which Airflow knows who calls."""

    team: str
    name: str
    # Whose tokens alone are its own, whatever those of others say.
    issuer: str
    subject: str
    dags: frozenset[str]
    # The client that they are made for. None where the issuer makes them for none.
    client_id: str | None = None
    # What else they say, by the claim: exactly these texts.
    claims: Mapping[str, str] = field(default_factory=dict, hash=False)

    # What FAB asks everybody for.
    perms: ClassVar[Sequence[object]] = ()
    roles: ClassVar[Sequence[object]] = ()

    def get_id(self) -> str:
        return self.get_name()

    def get_name(self) -> str:
        """As runs and the audit log show it. No account of a person's has such a name: theirs ends with a digest."""
        return f"machine:{self.team}:{self.name}"

    def is_told_by(self, said: Mapping[str, Any]) -> bool:
        """Whether claims that were verified are of its own token."""
        if said.get("iss") != self.issuer or said.get("sub") != self.subject:
            return False
        clients = [said[name] for name in CLIENT_CLAIMS if name in said]
        if self.client_id is not None and (not clients or any(one != self.client_id for one in clients)):
            return False
        return all(said.get(name) == value for name, value in self.claims.items())

    def may(self, method: str, entity: DagAccessEntity | None, dag: str | None) -> bool:
        """Whether it may do something with a DAG, or with DAGs where none is named: then it is shown its own alone."""
        if (method, entity) not in RIGHTS:
            return False
        return method == "GET" if dag is None else dag in self.dags


class Machines:
    """Every machine of the stack."""

    def __init__(self, machines: Sequence[Machine]) -> None:
        self._machines = machines

    def find(self, claims: Mapping[str, Any]) -> Machine | None:
        """The one that a token is of, whose claims were verified: by its issuer, its subject, and its client or other claims.

        Whoever logs in through the same client has another subject, and the same subject through another client, or of
        another issuer, is not what the stack names.
        """
        return next((machine for machine in self._machines if machine.is_told_by(claims)), None)


def read_machines(folder: Path) -> Machines:
    """Those of all teams, each of which has a file for each of its bundles."""
    # Kubernetes has folders of its own beside the files of a volume.
    files = [file for file in folder.iterdir() if file.suffix == ".json"]
    teams = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(files)]
    by_team = {team["name"]: team.get("machines", []) for team in teams}
    return Machines(
        [
            Machine(
                team=team,
                name=machine["name"],
                issuer=machine["issuer"],
                subject=machine["subject"],
                dags=frozenset(machine["dags"]),
                client_id=machine.get("clientId"),
                claims=machine.get("claims", {}),
            )
            for team, machines in by_team.items()
            for machine in machines
        ]
    )
