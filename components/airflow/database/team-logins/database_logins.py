"""Keeps the logins of teams on a PostgreSQL server: one for each team's DAG processor and one for its triggerer.

They may log in and are members of the role that has their kind's rights, and nothing else. A login whose team is gone is
dropped. Only who may make users can do that: Airflow's own login on a server of its own, the server's master user on RDS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import encrypt_password
from psycopg2.sql import SQL, Identifier, Literal

from team_rights import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg2.extensions import connection
    from psycopg2.sql import Composable

# For each login, through all of PgBouncer's pods.
CONNECTION_LIMIT = 10


def rows(connected: connection, query: str, *values: object) -> list[tuple]:
    with connected.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def change(connected: connection, what: str, query: Composable) -> None:
    with connected.cursor() as cursor:
        cursor.execute(query)
    print(f"changed: {what}", flush=True)


def may_make_logins(connected: connection) -> bool:
    query = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    return bool(rows(connected, query)[0][0])


def missing_logins(connected: connection, wanted: Mapping[str, str]) -> list[str]:
    found = {name for (name,) in rows(connected, "SELECT rolname FROM pg_roles")}
    return sorted({*wanted, *(kind.role for kind in KINDS)} - found)


def keep_logins(admin: connection, wanted: Mapping[str, str], accepts: Callable[[str, str], bool]) -> None:
    """Makes the logins as they should be. `wanted` has the passwords by login; `accepts` tries to log in with one."""
    present = {name for (name,) in rows(admin, "SELECT rolname FROM pg_roles")}
    for kind in KINDS:
        if kind.role not in present:
            change(admin, f"made the role {kind.role}", SQL("CREATE ROLE {} NOLOGIN").format(Identifier(kind.role)))
        for login, password in wanted.items():
            if login.startswith(kind.prefix):
                _keep_login(admin, kind.role, login, password, present, accepts)
        for login in sorted(present - wanted.keys()):
            if login.startswith(kind.prefix):
                change(admin, f"dropped the user {login}", SQL("DROP ROLE {}").format(Identifier(login)))


def _keep_login(
    admin: connection,
    role: str,
    login: str,
    password: str,
    present: set[str],
    accepts: Callable[[str, str], bool],
) -> None:
    user = Identifier(login)
    if login not in present or not accepts(login, password):
        verifier = encrypt_password(password, login, scope=admin, algorithm="scram-sha-256")
        verb = SQL("ALTER" if login in present else "CREATE")
        what = f"gave the user {login} its password" if login in present else f"made the user {login}"
        query = SQL("{} ROLE {} LOGIN PASSWORD {} CONNECTION LIMIT {}").format(
            verb, user, Literal(verifier), Literal(CONNECTION_LIMIT)
        )
        change(admin, what, query)
    member = """
        SELECT 1 FROM pg_auth_members
        JOIN pg_roles AS granted ON granted.oid = roleid JOIN pg_roles AS holder ON holder.oid = member
        WHERE granted.rolname = %s AND holder.rolname = %s
    """
    if not rows(admin, member, role, login):
        change(admin, f"made {login} one of {role}", SQL("GRANT {} TO {}").format(Identifier(role), user))


def accepted(connect: Callable[[str, str], connection]) -> Callable[[str, str], bool]:
    def accepts(login: str, password: str) -> bool:
        try:
            connect(login, password).close()
        except psycopg2.OperationalError:
            # Also where it has no right to enter the database yet: to give the same password once more does no harm.
            return False
        return True

    return accepts
