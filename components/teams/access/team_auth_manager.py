"""What people of a team may do in Airflow: with the DAGs of their own team's bundle, and with no others.

Whose DAG it is says the record of its bundle, which Airflow itself keeps, and never the `access_control` that a DAG's
author writes. People with one of Airflow's own roles keep what that gives them.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
from airflow.models.dag import DagModel
from airflow.providers.fab.www.security import permissions as fab
from airflow.utils.session import NEW_SESSION, create_session, provide_session
from fastapi import HTTPException
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from guarded_auth_manager import GuardedFabAuthManager
from machines import Machine, read_machines
from task_borders import TaskBorders
from task_pod import read_teams

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
    from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
    from airflow.api_fastapi.auth.managers.models.resource_details import (
        DagAccessEntity,
        DagDetails,
        TeamDetails,
    )
    from airflow.providers.fab.auth_manager.models import User
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

TEAMS = Path(__file__).with_name("teams")

Right = tuple[str, str]


def _rights(actions: str, *resources: str) -> frozenset[Right]:
    return frozenset((f"can_{action}", resource) for action in actions.split() for resource in resources)


# With the DAGs of the team. What Airflow cannot tell apart by DAG is in no level: connections, variables, pools, assets,
# jobs, the audit log, the cluster's activity.
_VIEWER = _rights(
    "read",
    fab.RESOURCE_DAG,
    fab.RESOURCE_DAG_CODE,
    fab.RESOURCE_DAG_DEPENDENCIES,
    fab.RESOURCE_DAG_RUN,
    fab.RESOURCE_DAG_VERSION,
    fab.RESOURCE_DAG_WARNING,
    fab.RESOURCE_HITL_DETAIL,
    fab.RESOURCE_IMPORT_ERROR,
    fab.RESOURCE_TASK_INSTANCE,
    fab.RESOURCE_TASK_LOG,
    fab.RESOURCE_XCOM,
)
_AUTHOR = _VIEWER | _rights("create edit", fab.RESOURCE_DAG_RUN, fab.RESOURCE_TASK_INSTANCE)
_AUTHOR |= _rights("edit", fab.RESOURCE_DAG, fab.RESOURCE_HITL_DETAIL)
_OPERATOR = _AUTHOR | _rights("delete", fab.RESOURCE_DAG, fab.RESOURCE_DAG_RUN, fab.RESOURCE_TASK_INSTANCE)

LEVELS: Mapping[str, frozenset[Right]] = {"viewer": _VIEWER, "author": _AUTHOR, "operator": _OPERATOR}

# What everybody who belongs to a team sees around the DAGs.
_FRAME = _rights("read", fab.RESOURCE_WEBSITE, fab.RESOURCE_MY_PROFILE)
_MENUS = frozenset(
    (fab.ACTION_CAN_ACCESS_MENU, menu)
    for menu in (
        fab.RESOURCE_BROWSE_MENU,
        fab.RESOURCE_DAG,
        fab.RESOURCE_DAG_RUN,
        fab.RESOURCE_DOCS,
        fab.RESOURCE_DOCS_MENU,
        fab.RESOURCE_HITL_DETAIL,
        fab.RESOURCE_TASK_INSTANCE,
    )
)

# A person's place in a team, as a role of FAB: it says where, and the role of the level says what.
MEMBERSHIP = re.compile(r"team:(?P<team>[a-z0-9-]+):(?P<level>viewer|author|operator)")


def membership_role(team: str, level: str) -> str:
    return f"team:{team}:{level}"


def level_role(level: str) -> str:
    return f"Team {level}"


class TeamFabAuthManager(GuardedFabAuthManager):
    """FAB's auth manager, in which a role of a team reaches as far as the team's DAGs."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._teams = read_teams(TEAMS)
        self._team_by_bundle = {bundle: team.name for bundle, team in self._teams.items()}
        self._machines = read_machines(TEAMS)

    def borders(self) -> list[Any]:
        """Of tasks too."""
        return [(TaskBorders, {"teams": self._teams})]

    async def get_user_from_token(self, token: str) -> BaseUser:
        """A person by a token of Airflow's, or a machine by one that Airflow never made."""
        # Looked at here, because nearly all requests are people's, and a thread for each is a wait for each.
        if issuer_of(token) not in getattr(self.security_manager, "machine_issuers", ()):
            return await super().get_user_from_token(token)
        return await run_in_threadpool(self._machine_of, token)

    def _machine_of(self, token: str) -> Machine:
        """:raises HTTPException: for a token of the provider's that is no machine's of this stack."""
        # The login's own, or nobody would have been sent here.
        login: Any = self.security_manager
        try:
            claims = login.machine_claims(token, issuer_of(token))
        except Exception as refusal:
            # The login has a class of its own for it. Whatever else it was, nobody has been vouched for.
            reason = getattr(refusal, "reason", None) or f"it could not be checked: {type(refusal).__name__}"
            log.warning("A machine was refused: %s", reason)
            raise HTTPException(401, f"You are nobody here: {reason}") from refusal
        machine = self._machines.find(claims)
        if machine is None:
            log.warning("A machine was refused: no team names its subject with its client and claims")
            raise HTTPException(
                403, "No team of this stack names this subject with this client, or with these claims, in its machines"
            )
        return machine

    def serialize_user(self, user: User) -> dict[str, Any]:
        """For a token of Airflow's own, which lives on when the provider takes back what a machine has."""
        if isinstance(user, Machine):
            raise HTTPException(403, "A machine gets no token of Airflow's: it calls with the provider's")
        return super().serialize_user(user)

    def is_authorized_dag(
        self,
        *,
        method: ResourceMethod,
        user: User,
        access_entity: DagAccessEntity | None = None,
        details: DagDetails | None = None,
    ) -> bool:
        if isinstance(user, Machine):
            return self._machine_may(user, method, access_entity, None if details is None else details.id)
        if super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details):
            return True
        needed = self._needed(method, access_entity)
        memberships = _memberships(user)
        if details is None or not details.id:
            return any(_suffices(levels, needed) for levels in memberships.values())
        team = self._team_of(details.id)
        return team is not None and _suffices(memberships.get(team, ()), needed)

    def _machine_may(
        self, machine: Machine, method: ResourceMethod, entity: DagAccessEntity | None, dag: str | None
    ) -> bool:
        # A DAG of another team's bundle may have the name that this team has given its machine.
        return machine.may(method, entity, dag or None) and (not dag or self._team_of(dag) == machine.team)

    def _team_of(self, dag: str) -> str | None:
        with create_session() as session:
            bundle = session.scalar(select(DagModel.bundle_name).where(DagModel.dag_id == dag))
        return None if bundle is None else self._team_by_bundle.get(bundle)

    @provide_session
    def get_authorized_dag_ids(
        self, *, user: User, method: ResourceMethod = "GET", session: Session = NEW_SESSION
    ) -> set[str]:
        if isinstance(user, Machine):
            own = [bundle for bundle, team in self._team_by_bundle.items() if team == user.team]
            named = select(DagModel.dag_id).where(DagModel.bundle_name.in_(own), DagModel.dag_id.in_(user.dags))
            return set(session.scalars(named)) if method == "GET" else set()
        if self._is_authorized(method=method, resource_type=fab.RESOURCE_DAG, user=user):
            return set(session.scalars(select(DagModel.dag_id)))
        needed = self._needed(method, None)
        members = {team for team, levels in _memberships(user).items() if _suffices(levels, needed)}
        bundles = [bundle for bundle, team in self._team_by_bundle.items() if team in members]
        return set(session.scalars(select(DagModel.dag_id).where(DagModel.bundle_name.in_(bundles))))

    def _is_authorized_dag(self, method: ResourceMethod, details: DagDetails | None, user: User) -> bool:
        """Without FAB's permissions on single DAGs: authors write those, and could take what is another team's."""
        return self._is_authorized(method=method, resource_type=fab.RESOURCE_DAG, user=user)

    def _is_authorized_list_dags(self, *, user: User) -> bool:
        return self._is_authorized(method="GET", resource_type=fab.RESOURCE_DAG, user=user)

    def _needed(self, method: ResourceMethod, access_entity: DagAccessEntity | None) -> frozenset[Right]:
        if access_entity is None:
            return frozenset({(self._get_fab_action(method), fab.RESOURCE_DAG)})
        on_dag = self._get_fab_action("GET" if method == "GET" else "PUT")
        resources = self._get_fab_resource_types(access_entity)
        return frozenset({(on_dag, fab.RESOURCE_DAG), *((self._get_fab_action(method), each) for each in resources)})

    def is_authorized_team(self, *, method: ResourceMethod, user: User, details: TeamDetails | None = None) -> bool:
        """Whose name somebody sees as a team's: members, and people with one of Airflow's own roles for all DAGs."""
        if self._is_authorized(method=method, resource_type=fab.RESOURCE_DAG, user=user):
            return True
        return method == "GET" and details is not None and details.name in _memberships(user)

    def _get_teams(self) -> set[str]:
        """None of its own: the platform registers teams, and who is a member say the roles."""
        return set()

    def _sync_appbuilder_roles(self) -> None:
        super()._sync_appbuilder_roles()
        security = self.security_manager
        # A permission on DAGs in a role of FAB's is one on all of them, so a level's role has none.
        security.bulk_sync_roles(
            {
                "role": level_role(level),
                "perms": sorted({*(right for right in rights if right[1] != fab.RESOURCE_DAG), *_MENUS, *_FRAME}),
            }
            for level, rights in LEVELS.items()
        )
        present = {role.name for role in security.get_all_roles()}
        for team in sorted(set(self._team_by_bundle.values())):
            for level in LEVELS:
                if (role := membership_role(team, level)) not in present:
                    security.add_role(role)


def issuer_of(token: str) -> object:
    """Who a token says has made it. Not verified: it says whose word to ask for."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.InvalidTokenError:
        return None


def _memberships(user: User) -> Mapping[str, set[str]]:
    levels: dict[str, set[str]] = defaultdict(set)
    for role in getattr(user, "roles", []):
        if match := MEMBERSHIP.fullmatch(role.name):
            levels[match["team"]].add(match["level"])
    return levels


def _suffices(levels: Iterable[str], needed: frozenset[Right]) -> bool:
    # One level that has all: a team's viewer who is another's operator is a viewer here.
    return any(needed <= LEVELS[level] for level in levels)
