"""Puts in place what each team's DAG processor and triggerer may do in Airflow's database, after it was migrated.

In this order: the logins, where Airflow's own login may make them; their rights, which are taken away and given anew
within one transaction; the teams and their bundles, as Airflow's own tables have them, before any processor starts.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from database_logins import accepted, keep_logins, may_make_logins, missing_logins, rows
from team_rights import KINDS, PARSING, TRIGGERING, forget_policies, rights, taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg2.extensions import connection


def connect(url: str, user: str | None = None, password: str | None = None) -> connection:
    address = make_url(url)
    return psycopg2.connect(
        host=address.host,
        port=address.port,
        dbname=address.database,
        user=user or address.username,
        password=password or address.password,
        connect_timeout=30,
        application_name="airflow-team-logins",
        **address.query,
    )


def keep_rights(owner: connection) -> None:
    """All of it or nothing, so that no login has more than it should have at any moment."""
    sequences = dict(
        rows(
            owner,
            """
            SELECT holder.relname, sequence.relname FROM pg_depend
            JOIN pg_class AS sequence ON sequence.oid = objid AND sequence.relkind = 'S'
            JOIN pg_class AS holder ON holder.oid = refobjid
            WHERE holder.relnamespace = 'public'::regnamespace AND deptype IN ('a', 'i')
            """,
        )
    )
    database = Identifier(owner.info.dbname)
    with owner, owner.cursor() as cursor:
        cursor.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
        cursor.execute(forget_policies())
        for kind in KINDS:
            cursor.execute(SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, Identifier(kind.role)))
            for statement in rights(kind, sequences):
                cursor.execute(statement)
        for statement in taken():
            cursor.execute(statement)
    print(f"gave {' and '.join(kind.role for kind in KINDS)} their rights and no others", flush=True)


def keep_teams(owner: connection, teams: list[str]) -> None:
    """Registers each team with the bundle of its name. A team that is gone leaves its DAGs, which are nobody's and do not run."""
    with owner, owner.cursor() as cursor:
        for team in teams:
            cursor.execute("INSERT INTO team (name) VALUES (%s) ON CONFLICT DO NOTHING", (team,))
            cursor.execute(
                "INSERT INTO dag_bundle (name, active) VALUES (%s, true) "
                "ON CONFLICT (name) DO UPDATE SET active = true WHERE NOT dag_bundle.active",
                (team,),
            )
            cursor.execute("DELETE FROM dag_bundle_team WHERE dag_bundle_name = %s AND team_name <> %s", (team, team))
            cursor.execute("INSERT INTO dag_bundle_team VALUES (%s, %s) ON CONFLICT DO NOTHING", (team, team))
        # No DAG processor will read those bundles again, so nobody else says that their DAGs are gone.
        gone = "(SELECT dag_bundle_name FROM dag_bundle_team WHERE NOT team_name = ANY (%s))"
        cursor.execute(f"UPDATE dag SET is_stale = true WHERE bundle_name IN {gone}", (teams,))
        cursor.execute(f"UPDATE dag_bundle SET active = false WHERE name IN {gone}", (teams,))
        cursor.execute("DELETE FROM dag_bundle_team WHERE NOT team_name = ANY (%s)", (teams,))
    print(f"registered {', '.join(teams) or 'no team'}", flush=True)


def wanted_logins(teams: list[str], passwords: Mapping[str, str]) -> dict[str, str]:
    return {login: passwords[login] for team in teams for login in (PARSING.login(team), TRIGGERING.login(team))}


def main() -> None:
    url = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    teams: list[str] = json.loads(os.environ["TEAMS"])
    passwords: dict[str, str] = json.loads(Path(os.environ["TEAM_PASSWORDS_FILE"]).read_text())
    logins = wanted_logins(teams, passwords)
    owner = connect(url)
    owner.autocommit = True
    if may_make_logins(owner):
        keep_logins(owner, logins, accepted(lambda login, password: connect(url, login, password)))
    elif missing := missing_logins(owner, logins):
        sys.exit(
            f"The user {owner.info.user} may make no users, and these are not there: {', '.join(missing)}. Give it "
            f"CREATEROLE, make them as docs/teams.md says, or set teams[].isolation to {{parse: shared, reason: …}}."
        )
    owner.autocommit = False
    keep_rights(owner)
    keep_teams(owner, teams)
    owner.close()


if __name__ == "__main__":
    main()
