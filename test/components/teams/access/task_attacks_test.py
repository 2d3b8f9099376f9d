"""What a task asks Airflow's execution API about another team's DAG, with and without the borders between teams.

The API, its database and the tokens are Airflow's own. docs/attacks.md lists each attack by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from airflow.utils.session import create_session
from fastapi.routing import APIRoute
from sqlalchemy import select

from task_borders import TaskBorders, dags_of
from task_pod import read_teams

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from fastapi.testclient import TestClient

BY = "a task with its own token"
AUTHORITY = "the borders of the execution API"

DAG = """
from airflow.sdk import dag, task

@dag(schedule=None)
def {name}():
    @task
    def one():
        return 1
    one()

{name}()
"""


@dataclass(frozen=True)
class Attack:
    """A request about a DAG, which billing's `invoices` takes the place of."""

    name: str
    method: str
    path: str
    body: Any = None


ATTACKS = [
    Attack("the reading of another team's XCom", "GET", "xcoms/{dag}/run/one/return_value"),
    Attack("the writing of another team's XCom", "POST", "xcoms/{dag}/run/one/mine", "mine"),
    Attack("the deleting of another team's XCom", "DELETE", "xcoms/{dag}/run/one/other"),
    Attack("a run of another team's DAG", "POST", "dag-runs/{dag}/started", {}),
    Attack("the clearing of another team's run", "POST", "dag-runs/{dag}/run/clear", {}),
    Attack("the state of another team's run", "GET", "dag-runs/{dag}/run/state"),
    Attack("another team's run, with its conf", "GET", "dag-runs/{dag}/run"),
    Attack("how many runs another team has", "GET", "dag-runs/count?dag_id={dag}"),
    Attack("another team's DAG", "GET", "dags/{dag}"),
    Attack("the states of another team's tasks", "GET", "task-instances/states?dag_id={dag}"),
    Attack("how many tasks another team has", "GET", "task-instances/count?dag_id={dag}"),
    Attack("another team's DAG behind one of its own", "GET", "task-instances/count?dag_id=insights&dag_id={dag}"),
    Attack("another team's DAG in other letters of its address", "GET", "dag-runs/%69nvoices/run/state"),
]


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A task of each team's DAG, in a database of Airflow's, by the DAG."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.db import initdb
    from airflow.utils.types import DagRunTriggeredByType

    initdb()
    found: dict[str, str] = {}
    for bundle, dag in (("analytics", "insights"), ("billing", "invoices")):
        folder = tmp_path_factory.mktemp(bundle)
        (folder / "dag.py").write_text(DAG.format(name=dag))
        with create_session() as session:
            session.merge(DagBundleModel(name=bundle))
        bag = DagBag(dag_folder=str(folder), bundle_name=bundle, bundle_path=folder)
        sync_bag_to_db(bag, bundle, None)
        with create_session() as session:
            trigger_dag(dag, triggered_by=DagRunTriggeredByType.TEST, run_id="run", session=session)
        with create_session() as session:
            for key in ("return_value", "other"):
                XComModel.set(key=key, value="secret", dag_id=dag, task_id="one", run_id="run", session=session)
            found[dag] = str(session.scalar(select(TaskInstance.id).where(TaskInstance.dag_id == dag)))
    return found


@pytest.fixture(scope="module")
def secret() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "a-secret-of-this-test-that-is-long-enough-for-hs512-" * 2)
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        yield


def client_of(app: FastAPI, task: str) -> TestClient:
    from airflow.api_fastapi.execution_api.app import _jwt_generator
    from fastapi.testclient import TestClient

    token = _jwt_generator().generate({"sub": task, "scope": "execution"})
    return TestClient(app, headers={"Authorization": f"Bearer {token}"})


def execution_api() -> FastAPI:
    from airflow.api_fastapi.app import create_app

    return create_app(apps="execution")


@pytest.fixture
def guarded(secret: None, tasks: dict[str, str], teams_folder: Path) -> Iterator[TestClient]:
    app = execution_api()
    app.add_middleware(TaskBorders, teams=read_teams(teams_folder))
    with client_of(app, tasks["insights"]) as client:
        yield client


@pytest.fixture
def airflows_own(secret: None, tasks: dict[str, str]) -> Iterator[TestClient]:
    with client_of(execution_api(), tasks["insights"]) as client:
        yield client


def ask(client: TestClient, attack: Attack, dag: str = "invoices") -> Any:
    body = {} if attack.body is None else {"json": attack.body}
    return client.request(attack.method, f"/execution/{attack.path.format(dag=dag)}", **body)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refuses(guarded: TestClient, attack: Attack) -> None:
    answer = ask(guarded, attack)
    assert answer.status_code == 403, answer.text
    assert answer.json()["detail"]["message"] == (
        "the DAG invoices is team billing's, and this task is team analytics's. Ask bill@example.com, who own it."
    )


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_succeeds_with_airflows_own(airflows_own: TestClient, attack: Attack) -> None:
    answer = ask(airflows_own, attack)
    # A run that is there, or cleared, already: Airflow would have done it.
    assert answer.status_code in (200, 201, 204), answer.text


def test_lets_a_task_ask_about_its_own_team(guarded: TestClient) -> None:
    assert ask(guarded, ATTACKS[0], "insights").json()["value"] == '"secret"'
    assert ask(guarded, Attack("", "GET", "dag-runs/insights/run/state")).status_code == 200
    assert ask(guarded, Attack("", "GET", "task-instances/count?dag_id=insights")).status_code == 200


def test_leaves_to_airflow_what_is_no_dags(guarded: TestClient) -> None:
    assert guarded.get("/execution/variables/none").status_code == 404
    assert guarded.get("/execution/dags/nobodys").status_code == 404
    assert guarded.get("/execution/dags/invoices", headers={"Authorization": "Bearer none"}).status_code == 403
    assert guarded.get("/execution/health").status_code == 200


def test_refuses_a_token_of_no_task(secret: None, tasks: dict[str, str], teams_folder: Path) -> None:
    app = execution_api()
    app.add_middleware(TaskBorders, teams=read_teams(teams_folder))
    with client_of(app, "00000000-0000-4000-8000-000000000000") as client:
        answer = client.get("/execution/dags/insights")
        assert answer.status_code == 403
        assert "the token is of no task that Airflow knows" in answer.text


def test_finds_no_way_around_by_how_an_address_is_written(guarded: TestClient) -> None:
    for path in ("/execution//dags/invoices", "/execution/x/../dags/invoices", "//execution/dags/invoices"):
        assert guarded.get(path).status_code in (403, 404), path


def test_knows_every_route_that_names_a_dag(secret: None) -> None:
    """A newer Airflow may have more of them."""
    from airflow.api_fastapi.execution_api.routes import execution_api_router

    named = 0
    for route in execution_api_router.routes:
        assert isinstance(route, APIRoute)
        parameters = {each.name for each in route.dependant.query_params}
        if "{dag_id}" in route.path or "dag_id" in parameters:
            named += 1
            query = b"dag_id=x" if "dag_id" in parameters else b""
            scope = {"path": "/execution" + route.path.replace("{dag_id}", "x"), "query_string": query}
            assert "x" in dags_of(scope), route.path
    assert named > 10
