"""What somebody tries with a token of the login's provider, where a team lets one machine start one of its DAGs.

The provider's keys, the check of tokens and the auth manager are the real ones. docs/attacks.md lists each attack by its name.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from fastapi import HTTPException
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

import team_auth_manager
from airflow_login.machine_issuers import IssuerSettings, MachineIssuer
from airflow_login.provider import Provider
from airflow_login.security_manager import LoginSecurityManager
from airflow_login.settings import Settings
from machines import Machine, read_machines
from team_auth_manager import TeamFabAuthManager

if TYPE_CHECKING:
    from pathlib import Path

BY = "a holder of a token of the login's provider"
AUTHORITY = "the auth manager of teams"

ISSUER = "https://login.example.com"
AUDIENCE = "https://airflow.example.com"
KEY = RSAKey.generate_key(2048, {"kid": "theirs"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "theirs"})
PUBLIC_AS_SECRET = OctKey.import_key(KEY.as_pem(private=False).replace(b"-----", b""))
DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "id_token_signing_alg_values_supported": ["RS256"],
}
# Where CI jobs run, which vouches for them.
CI = "https://ci.example.com"
CI_KEY = RSAKey.generate_key(2048, {"kid": "theirs"})
CI_AUDIENCE = "https://runs.example.com"
CI_DISCOVERY = {
    "issuer": CI,
    "jwks_uri": f"{CI}/keys",
    "id_token_signing_alg_values_supported": ["RS256"],
}
BRANCH = "repo:acme/etl:ref:refs/heads/main"
# What the login has to know of its own client, which is not the machine's.
CLIENT = "airflow"
BUNDLES = {"insights": "analytics", "churn": "analytics", "invoices": "billing"}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ci", "client_id": "ci", "iat": now, "exp": now + 600, **changes}
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any], key: Any = KEY, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": "theirs"}, said, key, algorithms=[algorithm])


def own() -> str:
    return signed(claims())


def job(key: Any = CI_KEY, **changes: Any) -> str:
    """The token of a job in CI that is the machine's, but for the changes."""
    own_claims = {"iss": CI, "aud": CI_AUDIENCE, "sub": BRANCH, "repository_id": "7", "ref": "refs/heads/main"}
    return signed(claims(client_id=None, **{**own_claims, **changes}), key)


def forged() -> str:
    return f"eyJhbGciOiJub25lIn0.{own().split('.')[1]}."


@dataclass(frozen=True)
class Attack:
    """A token, and what is done with it."""

    name: str
    says: str
    token: Any = own
    method: Any = "POST"
    entity: DagAccessEntity | None = DagAccessEntity.RUN
    dag: str = "insights"
    # Asks for a token of Airflow's in place of something with a DAG.
    trades: bool = False


NO_MACHINE = "No team of this stack names this subject with this client"
NOT_ALLOWED = "the machine may not"

ATTACKS = [
    Attack("a token without a signature", "an algorithm that the provider does not announce", token=forged),
    Attack(
        "a token signed with the public key as a secret",
        "an algorithm that the provider does not announce",
        token=lambda: signed(claims(), PUBLIC_AS_SECRET, "HS256"),
    ),
    Attack("a token signed by another key", "no valid signature", token=lambda: signed(claims(), OTHER_KEY)),
    Attack(
        "a token for another API",
        "aud is not login.machineAudience",
        token=lambda: signed(claims(aud="https://billing.example.com")),
    ),
    Attack("a token for nobody", "aud is not login.machineAudience", token=lambda: signed(claims(aud=None))),
    Attack(
        "a person's ID token",
        "it is an ID token of a person's",
        token=lambda: signed(claims(aud=CLIENT, sub="ann", azp=CLIENT, nonce="1")),
    ),
    Attack(
        "an ID token that is for machines too",
        "it is an ID token of a person's",
        token=lambda: signed(claims(aud=[CLIENT, AUDIENCE])),
    ),
    Attack(
        "an answer to a login of the machine's client", "it is an ID token", token=lambda: signed(claims(nonce="1"))
    ),
    Attack("a person's token for the same API", NO_MACHINE, token=lambda: signed(claims(sub="ann", client_id="cli"))),
    Attack("a person's token through the machine's client", NO_MACHINE, token=lambda: signed(claims(sub="ann"))),
    Attack("the machine's subject through another client", NO_MACHINE, token=lambda: signed(claims(client_id="cli"))),
    Attack("two clients in one token", NO_MACHINE, token=lambda: signed(claims(azp="cli"))),
    Attack("a token that names no client", NO_MACHINE, token=lambda: signed(claims(client_id=None))),
    Attack("a subject in other letters", NO_MACHINE, token=lambda: signed(claims(sub="CI"))),
    Attack("a token that has expired", "exp has passed", token=lambda: signed(claims(iat=1, exp=601))),
    Attack("a token for a year", "it lives for more than a day", token=lambda: signed(claims(exp=time.time() + 3e7))),
    Attack("a token without an end", "exp is no time", token=lambda: signed(claims(exp=None))),
    Attack("a job's token that the login's provider signed", "no valid signature", token=lambda: job(KEY)),
    Attack(
        "a job's token that the login's provider is said to have made",
        "no valid signature",
        token=lambda: job(iss=ISSUER),
    ),
    Attack(
        "a job's token, made by the login's provider with all that it says",
        NO_MACHINE,
        token=lambda: job(KEY, iss=ISSUER, aud=AUDIENCE),
    ),
    Attack(
        "a machine's token, made by the issuer of jobs with all that it says",
        NO_MACHINE,
        token=lambda: signed(claims(iss=CI, aud=CI_AUDIENCE), CI_KEY),
    ),
    Attack(
        "a job's token for the audience of the provider's",
        "aud is not the audience of login.machineIssuers",
        token=lambda: job(aud=AUDIENCE),
    ),
    Attack(
        "a job's token for people's client",
        "it is an ID token of a person's",
        token=lambda: job(aud=[CLIENT, CI_AUDIENCE]),
    ),
    Attack("a job of another repository by the same name", NO_MACHINE, token=lambda: job(repository_id="8")),
    Attack("a job of a repository without its id", NO_MACHINE, token=lambda: job(repository_id=None)),
    Attack("a job whose repository's id is a list", NO_MACHINE, token=lambda: job(repository_id=["7", "8"])),
    Attack("a job of another branch", NO_MACHINE, token=lambda: job(ref="refs/heads/theirs")),
    Attack("a job of a branch whose name begins alike", NO_MACHINE, token=lambda: job(ref="refs/heads/main2")),
    Attack("a job of a pull request", NO_MACHINE, token=lambda: job(sub="repo:acme/etl:pull_request")),
    Attack("a job's token that has expired", "exp has passed", token=lambda: job(iat=1, exp=601)),
    Attack("a job's run of a DAG that its entry does not name", NOT_ALLOWED, token=job, dag="churn"),
    Attack("a run of a DAG that its entry does not name", NOT_ALLOWED, dag="churn"),
    Attack("a run of another team's DAG", NOT_ALLOWED, dag="invoices"),
    Attack("a DAG that its entry names, in another team's bundle", NOT_ALLOWED, dag="taken"),
    Attack("the clearing of a run", NOT_ALLOWED, method="PUT"),
    Attack("the deleting of a run", NOT_ALLOWED, method="DELETE"),
    Attack("the pausing of its DAG", NOT_ALLOWED, method="PUT", entity=None),
    Attack("the code of its DAG", NOT_ALLOWED, method="GET", entity=DagAccessEntity.CODE),
    Attack("the logs of its DAG's tasks", NOT_ALLOWED, method="GET", entity=DagAccessEntity.TASK_LOGS),
    Attack("the XComs of its DAG's tasks", NOT_ALLOWED, method="GET", entity=DagAccessEntity.XCOM),
    Attack("a token of Airflow's in exchange", "A machine gets no token of Airflow's", trades=True),
]


class Answering(Provider):
    """The provider as it answers, without a network."""

    client_secret = "s3cret"

    def _fetch(self, address: str, what: str, key: str) -> Any:
        return {"keys": [KEY.as_dict(private=False)]} if address.endswith("/keys") else DISCOVERY


class AnsweringIssuer(MachineIssuer):
    """The issuer of jobs as it answers, without a network."""

    def _fetch(self, address: str, what: str) -> Any:
        return {"keys": [CI_KEY.as_dict(private=False)]} if address.endswith("/keys") else CI_DISCOVERY


class Login(LoginSecurityManager):
    def __init__(self, remote: Provider) -> None:
        self.oauth_remotes = {"oidc": remote}


class Manager(TeamFabAuthManager):
    """Without FAB's application, which nothing here asks for, and with a table of DAGs that the test knows."""

    def __init__(self, login: LoginSecurityManager, teams: Path) -> None:
        self._machines = read_machines(teams)
        self._login = login

    @property
    def security_manager(self) -> Any:
        return self._login

    def _team_of(self, dag: str) -> str | None:
        return {**BUNDLES, "taken": "billing"}.get(dag)


class Unguarded(Manager):
    """Believes what a token says, and lets every machine do everything."""

    def _machine_of(self, token: str) -> Machine:
        return Machine("analytics", "nightly", ISSUER, "ci", frozenset())

    def _machine_may(self, *_: object) -> bool:
        return True

    def serialize_user(self, user: Any) -> dict[str, Any]:
        return {"sub": user.get_id()}


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setattr(Settings, "client_key", lambda self: None)
    settings = Settings(
        folder=tmp_path,
        provider="oidc",
        issuer=ISSUER,
        client_id=CLIENT,
        scopes=["openid"],
        announced_scopes=[],
        groups_claim="groups",
        groups_separator=None,
        roles_by_group={},
        contact="us",
        logout_parameter="post_logout_redirect_uri",
        logout_path=None,
        machine_audience=AUDIENCE,
    )
    answering = Answering(None, "oidc", settings=settings)
    answering.machine_issuers = {CI: AnsweringIssuer(IssuerSettings(CI, CI_AUDIENCE), client_id=CLIENT)}
    return answering


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    nightly = {"name": "nightly", "issuer": ISSUER, "clientId": "ci", "subject": "ci", "dags": ["insights", "taken"]}
    deploy = {
        "name": "deploy",
        "issuer": CI,
        "subject": BRANCH,
        "claims": {"repository_id": "7", "ref": "refs/heads/main"},
        "dags": ["insights"],
    }
    folder = tmp_path / "teams"
    folder.mkdir()
    (folder / "analytics.json").write_text(json.dumps({"name": "analytics", "machines": [nightly, deploy]}))
    (folder / "billing.json").write_text(json.dumps({"name": "billing"}))
    return folder


def attempt(manager: TeamFabAuthManager, attack: Attack) -> str | None:
    """Why it was refused. None when it succeeded."""
    try:
        machine: Any = manager._machine_of(attack.token())
        if attack.trades:
            manager.serialize_user(machine)
            return None
    except HTTPException as refusal:
        return str(refusal.detail)
    allowed = manager.is_authorized_dag(
        method=attack.method, user=machine, access_entity=attack.entity, details=DagDetails(id=attack.dag)
    )
    return None if allowed else NOT_ALLOWED


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refuses(remote: Provider, teams: Path, attack: Attack) -> None:
    refusal = attempt(Manager(Login(remote), teams), attack)
    assert refusal is not None
    assert attack.says in refusal


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_succeeds_without_it(remote: Provider, teams: Path, attack: Attack) -> None:
    assert attempt(Unguarded(Login(remote), teams), attack) is None


def test_lets_a_machine_start_its_dag_and_see_how_it_goes(remote: Provider, teams: Path) -> None:
    manager = Manager(Login(remote), teams)
    for method, entity in (
        ("POST", DagAccessEntity.RUN),
        ("GET", DagAccessEntity.RUN),
        ("GET", DagAccessEntity.TASK_INSTANCE),
        ("GET", None),
    ):
        assert attempt(manager, Attack("", "", method=method, entity=entity)) is None, (method, entity)
    machine = manager._machine_of(own())
    assert machine.get_name() == "machine:analytics:nightly"
    # How each kind of provider says for which client it is.
    for said in ({"azp": "ci"}, {"cid": "ci", "client_id": None}, {"appid": "ci", "client_id": None}):
        assert manager._machine_of(signed(claims(**said))) == machine


def test_takes_the_word_of_another_issuer_for_a_job(remote: Provider, teams: Path) -> None:
    manager = Manager(Login(remote), teams)
    assert attempt(manager, Attack("", "", token=job)) is None
    machine = asyncio.run(manager.get_user_from_token(job()))
    assert machine.get_name() == "machine:analytics:deploy"
    assert hash(machine) == hash(manager._machine_of(job()))


def test_gives_a_machine_none_of_fabs_permissions(remote: Provider, teams: Path) -> None:
    machine: Any = Manager(Login(remote), teams)._machine_of(own())
    assert TeamFabAuthManager._get_user_permissions(machine) == []
    assert team_auth_manager._memberships(machine) == {}


def test_leaves_to_airflow_what_the_provider_did_not_make(
    remote: Provider, teams: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def airflows(_: object, token: str) -> Any:
        asked.append(token)

    monkeypatch.setattr(TeamFabAuthManager.__base__, "get_user_from_token", airflows, raising=False)
    manager = Manager(Login(remote), teams)
    others = ["no token", signed(claims(iss="https://other.example.com")), signed(claims(iss=None))]
    for token in others:
        asyncio.run(manager.get_user_from_token(token))
    machine = asyncio.run(manager.get_user_from_token(own()))
    assert machine.get_name() == "machine:analytics:nightly"
    assert asked == others
    # As it is in a stack whose teams have no machines, and then in one that has those of another issuer alone.
    remote.settings = replace(remote.settings, machine_audience=None)
    asyncio.run(manager.get_user_from_token(own()))
    assert asyncio.run(manager.get_user_from_token(job())).get_name() == "machine:analytics:deploy"
    remote.machine_issuers = {}
    asyncio.run(manager.get_user_from_token(job()))
    assert len(asked) == len(others) + 2
