"""What the logins of teams may do in Airflow's database, table by table: a team's DAG processor and its triggerer.

Each kind of login is a role that has the rights, and each team's login is a member of it. Row-level security tells teams
apart by the login's own name, which a session cannot change. Airflow's own login owns the tables and is not held to it.
What no entry names, a team's login cannot touch: connections, sessions, users, logs, other teams' rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg2.sql import SQL, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg2.sql import Composable

# Begins the names of our policies, by which forget_team_rights.sql finds and drops them.
POLICY = "airflow_linkerd_"

SHARED = "true"


@dataclass(frozen=True)
class Table:
    """What a login may do with a table: with the rows for which `sees` holds, to which it may write what `writes` allows."""

    grants: str
    sees: str = SHARED
    # Defaults to what it sees.
    writes: str | None = None
    # Columns that it may change. Any column of the rows that it may change would do for a lock on them.
    update: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of login: what begins its name, before the team's, and the role that has its rights."""

    prefix: str
    role: str
    tables: Mapping[str, Table] = field(hash=False)

    def login(self, team: str) -> str:
        return f"{self.prefix}{team}"


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _own(prefix: str) -> str:
    """The team of the login, which is its bundle's name too. Null for anybody else, of whom nothing is own."""
    return f"(SELECT substring(current_user::text FROM '^{prefix}(.*)$'))"


def _dag_is_own(own: str, column: str = "dag_id") -> str:
    return f"EXISTS (SELECT FROM dag AS owned WHERE owned.dag_id = {{table}}.{column} AND owned.bundle_name = {own})"


_READ = Table("SELECT")


def _parsing(own: str) -> dict[str, Table]:
    dag_is_own = _dag_is_own(own)
    version_is_own = _version_is_own(own)
    everything = "SELECT INSERT UPDATE DELETE"
    reference = Table(everything, dag_is_own, update=_columns("updated_at"))
    return {
        "alembic_version": _READ,
        "log_template": _READ,
        "team": _READ,
        "dag_bundle_team": _READ,
        "dag_bundle": Table(
            "SELECT UPDATE",
            f"name = {own}",
            update=_columns("version last_refreshed signed_url_template template_params"),
        ),
        "dag": Table(
            "SELECT INSERT UPDATE",
            f"bundle_name = {own}",
            update=_columns(
                "is_stale exceeds_max_non_backfill last_parsed_time last_parse_duration last_expired fileloc "
                "relative_fileloc bundle_name bundle_version owners dag_display_name description timetable_type "
                "timetable_summary timetable_description timetable_partitioned timetable_periodic "
                "partition_mapper_info asset_expression deadline max_active_tasks max_active_runs "
                "max_consecutive_failed_dag_runs has_task_concurrency_limits has_import_errors fail_fast "
                "allowed_run_types next_dagrun next_dagrun_data_interval_start next_dagrun_data_interval_end "
                "next_dagrun_partition_key next_dagrun_partition_date next_dagrun_create_after"
            ),
        ),
        # Of which bundle a version is decides where the scheduler has a task fetch it from.
        "dag_version": Table(
            "SELECT INSERT UPDATE",
            dag_is_own,
            f"{dag_is_own} AND coalesce(bundle_name = {own}, false)",
            update=_columns("bundle_name bundle_version version_data last_updated"),
        ),
        "dag_code": Table(
            "SELECT INSERT UPDATE",
            version_is_own,
            f"{version_is_own} AND {dag_is_own}",
            update=_columns("fileloc last_updated source_code source_code_hash"),
        ),
        # The scheduler makes runs for the dag_id within, so it must be the row's own.
        "serialized_dag": Table(
            "SELECT INSERT UPDATE",
            version_is_own,
            f"{version_is_own} AND {dag_is_own} AND coalesce(data #>> '{{{{dag,dag_id}}}}' = dag_id, false) "
            "AND data_compressed IS NULL",
            # It writes that nothing is compressed, and may write nothing else there.
            update=_columns("data data_compressed last_updated dag_hash"),
        ),
        "deadline_alert": Table(
            everything,
            "EXISTS (SELECT FROM serialized_dag AS form JOIN dag AS owned ON owned.dag_id = form.dag_id "
            f"WHERE form.id = {{table}}.serialized_dag_id AND owned.bundle_name = {own})",
            update=_columns("name description reference interval callback_def"),
        ),
        "dag_tag": Table(everything, dag_is_own, update=_columns("name")),
        "dag_owner_attributes": Table(everything, dag_is_own, update=_columns("owner link")),
        "dag_warning": Table(everything, dag_is_own, update=_columns("warning_type message timestamp")),
        "dag_schedule_asset_reference": Table(
            everything, dag_is_own, update=_columns("allow_producer_teams allow_global_producers updated_at")
        ),
        "dag_schedule_asset_alias_reference": reference,
        "dag_schedule_asset_name_reference": Table(everything, dag_is_own, update=_columns("created_at")),
        "dag_schedule_asset_uri_reference": Table(everything, dag_is_own, update=_columns("created_at")),
        "task_outlet_asset_reference": Table(
            everything, dag_is_own, update=_columns("allow_consumer_teams allow_global_consumers updated_at")
        ),
        "task_inlet_asset_reference": reference,
        "asset_dag_run_queue": Table("SELECT DELETE", _dag_is_own(own, "target_dag_id")),
        "dag_run": Table("SELECT", dag_is_own),
        "task_instance": Table("SELECT", dag_is_own),
        "import_error": Table(
            everything, f"bundle_name = {own}", update=_columns("timestamp filename bundle_name stacktrace")
        ),
        "dag_priority_parsing_request": Table("SELECT DELETE", f"bundle_name = {own}"),
        # A lock on a row needs the right to change some column of it, and no row that it writes is allowed.
        "callback": Table(
            "SELECT UPDATE DELETE",
            f"bundle_name = {own} AND type = 'dag_processor'",
            "false",
            update=_columns("created_at"),
        ),
        "job": _job("DagProcessorJob"),
        # A row is code that a triggerer runs: the team's own, and no row that a triggerer has already taken.
        "trigger": Table("SELECT INSERT", f"team_name = {own}", f"team_name = {own} AND triggerer_id IS NULL"),
        "asset_watcher": Table(
            everything,
            "EXISTS (SELECT FROM trigger AS watching "
            f"WHERE watching.id = {{table}}.trigger_id AND watching.team_name = {own})",
            update=_columns("name"),
        ),
        "asset": Table("SELECT INSERT UPDATE", update=_columns("group extra updated_at")),
        "asset_alias": Table("SELECT INSERT UPDATE", update=_columns("group")),
        "asset_active": Table("SELECT INSERT"),
    }


def _job(job_type: str) -> Table:
    return Table(
        "SELECT INSERT UPDATE",
        f"job_type = '{job_type}' AND unixname = current_user",
        update=_columns("state start_date end_date latest_heartbeat executor_class hostname"),
    )


def _version_is_own(own: str) -> str:
    return (
        "EXISTS (SELECT FROM dag_version AS version JOIN dag AS owned ON owned.dag_id = version.dag_id "
        f"WHERE version.id = {{table}}.dag_version_id AND owned.bundle_name = {own})"
    )


def _triggering(own: str) -> dict[str, Table]:
    dag_is_own = _dag_is_own(own)
    trigger_is_own = (
        "EXISTS (SELECT FROM trigger AS watching "
        f"WHERE watching.id = {{table}}.trigger_id AND watching.team_name = {own})"
    )
    task_is_own = (
        "EXISTS (SELECT FROM task_instance AS task JOIN dag AS owned ON owned.dag_id = task.dag_id "
        f"WHERE task.id = {{table}}.ti_id AND owned.bundle_name = {own})"
    )
    history_is_own = (
        "EXISTS (SELECT FROM task_instance_history AS task JOIN dag AS owned ON owned.dag_id = task.dag_id "
        f"WHERE task.task_instance_id = {{table}}.ti_history_id AND owned.bundle_name = {own})"
    )
    asset_is_watched = (
        "EXISTS (SELECT FROM asset_watcher AS watcher JOIN trigger AS watching ON watching.id = watcher.trigger_id "
        f"WHERE watcher.asset_id = {{table}}.asset_id AND watching.team_name = {own})"
    )
    return {
        "alembic_version": _READ,
        "log_template": _READ,
        "team": _READ,
        "dag_bundle_team": _READ,
        "dag_bundle": Table("SELECT", f"name = {own}"),
        "dag": Table("SELECT", f"bundle_name = {own}"),
        "dag_version": Table("SELECT", dag_is_own),
        "serialized_dag": Table("SELECT", _version_is_own(own)),
        "dag_run": Table("SELECT", dag_is_own),
        "job": _job("TriggererJob"),
        # What a trigger runs it cannot change.
        "trigger": Table("SELECT UPDATE DELETE", f"team_name = {own}", update=_columns("triggerer_id")),
        "task_instance": Table(
            "SELECT UPDATE",
            dag_is_own,
            # A task that tries again has another id for each try.
            update=_columns(
                "id state start_date end_date duration trigger_id trigger_timeout next_method next_kwargs scheduled_dttm "
                "updated_at"
            ),
        ),
        # Of a try that a trigger ended, and another follows. Airflow's own parts unpickle what is in executor_config, so
        # nothing may be there but what they have put on the task.
        "task_instance_history": Table(
            "SELECT INSERT",
            dag_is_own,
            f"{dag_is_own} AND executor_config IS NOT DISTINCT FROM (SELECT task.executor_config FROM task_instance AS task "
            "WHERE task.dag_id = {table}.dag_id AND task.run_id = {table}.run_id AND task.task_id = {table}.task_id "
            "AND task.map_index = {table}.map_index)",
        ),
        "task_reschedule": Table("SELECT DELETE", task_is_own),
        # What people were asked, which the trigger answers by default when they do not, and in nobody's name.
        "hitl_detail": Table("SELECT UPDATE", task_is_own, update=_columns("responded_at chosen_options params_input")),
        "hitl_detail_history": Table("SELECT INSERT", history_is_own),
        # What a trigger hands its task.
        "xcom": Table("SELECT INSERT DELETE", dag_is_own),
        # Of a task that ended without its pod; the team's DAG processor calls it back.
        "callback": Table(
            "SELECT INSERT UPDATE",
            f"bundle_name = {own}",
            update=_columns("state output trigger_id"),
        ),
        # A trigger that watches an asset tells of it, and the team's own DAGs that wait for the asset run.
        "asset_watcher": Table("SELECT", trigger_is_own),
        "asset": _READ,
        "asset_active": _READ,
        "asset_alias": _READ,
        "asset_alias_asset": _READ,
        "asset_event": Table("SELECT INSERT", asset_is_watched),
        "dag_schedule_asset_reference": Table("SELECT", dag_is_own),
        "dag_schedule_asset_alias_reference": Table("SELECT", dag_is_own),
        "dag_schedule_asset_name_reference": Table("SELECT", dag_is_own),
        "dag_schedule_asset_uri_reference": Table("SELECT", dag_is_own),
        "task_outlet_asset_reference": Table("SELECT", dag_is_own),
        "asset_dag_run_queue": Table("SELECT INSERT", _dag_is_own(own, "target_dag_id")),
    }


PARSING_PREFIX = "airflow-parse-"
TRIGGERING_PREFIX = "airflow-trigger-"

PARSING = Kind(PARSING_PREFIX, "airflow-parsers", _parsing(_own(PARSING_PREFIX)))
TRIGGERING = Kind(TRIGGERING_PREFIX, "airflow-triggerers", _triggering(_own(TRIGGERING_PREFIX)))
KINDS = (PARSING, TRIGGERING)


def forget_policies() -> Composable:
    return SQL(Path(__file__).with_name("forget_team_rights.sql").read_text())


def rights(kind: Kind, sequences: Mapping[str, str]) -> Iterator[Composable]:
    """The statements that give a role its rights and no others. `sequences` are the tables' own, by table."""
    role = Identifier(kind.role)
    for every in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM {}").format(SQL(every), role)
    yield SQL("GRANT USAGE ON SCHEMA public TO {}").format(role)
    for name, table in kind.tables.items():
        target = Identifier("public", name)
        for right in table.grants.split():
            columns = (
                SQL(" ({})").format(SQL(", ").join(map(Identifier, table.update))) if right == "UPDATE" else SQL("")
            )
            yield SQL("GRANT {}{} ON {} TO {}").format(SQL(right), columns, target, role)
        if "INSERT" in table.grants.split() and name in sequences:
            yield SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(Identifier("public", sequences[name]), role)
        yield SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(target)
        sees = table.sees.format(table=name)
        writes = sees if table.writes is None else table.writes.format(table=name)
        yield SQL("CREATE POLICY {} ON {} TO {} USING ({}) WITH CHECK ({})").format(
            Identifier(f"{POLICY}{kind.role}"), target, role, SQL(sees), SQL(writes)
        )


# Tells a DAG processor which of its DAGs' names another bundle has, so that it can tell the author. It tells no more than
# an attempt to take the name does.
TAKEN = SQL(
    """
    CREATE OR REPLACE FUNCTION public.airflow_linkerd_taken(names text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT dag_id FROM public.dag
        WHERE dag_id = ANY (names)
        AND bundle_name IS DISTINCT FROM substring(session_user::text FROM '^{prefix}(.*)$')
    $$
    """
).format(prefix=SQL(PARSING.prefix))


def taken() -> Iterator[Composable]:
    yield TAKEN
    yield SQL("REVOKE ALL ON FUNCTION public.airflow_linkerd_taken(text[]) FROM PUBLIC")
    yield SQL("GRANT EXECUTE ON FUNCTION public.airflow_linkerd_taken(text[]) TO {}").format(Identifier(PARSING.role))
