"""Makes Airflow's own user and database on a PostgreSQL server, and keeps them as they should be.

The user can log in and owns its one database; it can make no user and no other database. Run again, it changes nothing
but what differs. The password of the server's own user comes from AWS Secrets Manager, under the rights of the pod's
role; Airflow's comes from a file. Neither is printed, nor sent to the server as it is.
"""

import json
import os
import sys
from pathlib import Path

import boto3
import psycopg2
from psycopg2.extensions import encrypt_password
from psycopg2.sql import SQL, Identifier, Literal

HOST = os.environ["DATABASE_HOST"]
PORT = int(os.environ["DATABASE_PORT"])
ROLE = os.environ["DATABASE_ROLE"]
DATABASE = os.environ["DATABASE_NAME"]
AUTHORITY = os.environ["DATABASE_AUTHORITY"]
PASSWORD = Path(os.environ["DATABASE_PASSWORD_FILE"]).read_text()
MASTER_SECRET = os.environ["MASTER_SECRET_ARN"]

# Where the server's own user logs in before Airflow's database is there. Every PostgreSQL server has it.
MAINTENANCE = "postgres"

# What would let the user out of its database, as pg_roles calls it.
POWERS = {
    "rolsuper": "SUPERUSER",
    "rolcreaterole": "CREATEROLE",
    "rolcreatedb": "CREATEDB",
    "rolreplication": "REPLICATION",
    "rolbypassrls": "BYPASSRLS",
}


def connect(user, password, database):
    connection = psycopg2.connect(
        host=HOST,
        port=PORT,
        user=user,
        password=password,
        dbname=database,
        sslmode="verify-full",
        sslrootcert=AUTHORITY,
        connect_timeout=30,
        application_name="airflow-database-role",
    )
    # Each statement stands for itself: a database cannot be made within a transaction.
    connection.autocommit = True
    return connection


def rows(connection, query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def change(connection, what, query):
    with connection.cursor() as cursor:
        cursor.execute(query)
    print(f"changed: {what}", flush=True)


def accepts_password():
    try:
        connect(ROLE, PASSWORD, DATABASE).close()
    except psycopg2.OperationalError:
        # Also when the database is not there yet: to give the same password once more does no harm.
        return False
    return True


def keep_role(admin):
    verifier = encrypt_password(PASSWORD, ROLE, scope=admin, algorithm="scram-sha-256")
    found = rows(admin, f"SELECT {', '.join(POWERS)} FROM pg_roles WHERE rolname = %s", ROLE)
    if not found:
        query = SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(ROLE), Literal(verifier))
        change(admin, f"made the user {ROLE}", query)
        return
    held = [power for power, holds in zip(POWERS.values(), found[0], strict=False) if holds]
    if held:
        sys.exit(
            f"The user {ROLE} is there and has {', '.join(held)}: it is not one that Airflow may use. "
            f"Take that away from it, or choose another name."
        )
    if not accepts_password():
        query = SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(Identifier(ROLE), Literal(verifier))
        change(admin, f"gave the user {ROLE} its password", query)


def keep_database(admin):
    query = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s"
    found = rows(admin, query, DATABASE)
    if found:
        if found[0][0] != ROLE:
            sys.exit(
                f"The database {DATABASE} is there and belongs to {found[0][0]}: it is not Airflow's. "
                f"Give it to {ROLE}, or choose another name."
            )
        return
    # Only who is a member of a user can make something for it, and nobody is one for longer than that takes.
    role, master, database = (Identifier(name) for name in (ROLE, admin.info.user, DATABASE))
    change(admin, f"lent {ROLE} to {admin.info.user}", SQL("GRANT {} TO {}").format(role, master))
    try:
        query = SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(database, role)
        change(admin, f"made the database {DATABASE}", query)
    finally:
        change(admin, f"took {ROLE} back from {admin.info.user}", SQL("REVOKE {} FROM {}").format(role, master))


def close_to_others(admin):
    """Nobody but its owner enters a database, or makes something in it."""
    owner = connect(ROLE, PASSWORD, DATABASE)
    open_database = """
        SELECT datname FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) AS granted
        WHERE datname = %s AND granted.grantee = 0
    """
    open_schema = """
        SELECT nspname FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS granted
        WHERE nspname = 'public' AND granted.grantee = 0
    """
    if rows(owner, open_database, DATABASE):
        query = SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(DATABASE))
        change(owner, f"closed the database {DATABASE} to others", query)
    if rows(owner, open_schema):
        change(owner, "closed the schema public to others", SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    owner.close()

    # The server's own database would else be open to Airflow's user. Where it is not ours to close, AWS keeps it.
    owned = rows(
        admin, "SELECT 1 FROM pg_database WHERE datname = %s AND pg_get_userbyid(datdba) = current_user", MAINTENANCE
    )
    if owned and rows(admin, open_database, MAINTENANCE):
        query = SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(MAINTENANCE))
        change(admin, f"closed the database {MAINTENANCE} to others", query)


def keep_team_logins(admin):
    """The logins of teams, which Airflow's own may not make. What they may do it gives them itself, after its migration."""
    file = os.environ.get("TEAM_PASSWORDS_FILE")
    if file is None:
        return
    from database_logins import accepted, keep_logins

    passwords = json.loads(Path(file).read_text())
    keep_logins(admin, passwords, accepted(lambda login, password: connect(login, password, DATABASE)))


def main():
    # The secret's ARN says where it is.
    secrets = boto3.client("secretsmanager", region_name=MASTER_SECRET.split(":")[3])
    master = json.loads(secrets.get_secret_value(SecretId=MASTER_SECRET)["SecretString"])
    admin = connect(master["username"], master["password"], MAINTENANCE)
    keep_role(admin)
    keep_database(admin)
    close_to_others(admin)
    keep_team_logins(admin)
    admin.close()
    print(f"{ROLE} owns {DATABASE} on {HOST}", flush=True)


if __name__ == "__main__":
    main()
