/** Something that a login of a team's tries on Airflow's database. */
export interface Attack {
    readonly name: string;
    /** Which of the attacking team's logins. */
    readonly by: "parse" | "trigger";
    readonly statements: readonly string[];
    /** What the server answers. A number is of rows: those of others it does not see. */
    readonly refusal: 0 | RegExp;
    /** What takes away that which refuses it, and what puts it back. */
    readonly without: readonly string[];
    readonly again: readonly string[];
}

const rowRule = (table: string) => new RegExp(`new row violates row-level security policy for table "${table}"`);
const noRight = (what: string) => new RegExp(`permission denied for ${what}`);

const roles = { parse: "airflow-parsers", trigger: "airflow-triggerers" } as const;

/** Held back by a policy on the table's rows. */
function byRows(
    by: Attack["by"],
    table: string,
    name: string,
    statement: string,
    refusal: Attack["refusal"] = 0,
): Attack {
    return {
        name,
        by,
        statements: [statement],
        refusal,
        without: [`ALTER TABLE "${table}" DISABLE ROW LEVEL SECURITY`],
        again: [`ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY`],
    };
}

/** Held back by a right that the login has not. The rows' policies, where the table has any, would hold too. */
function byRight(by: Attack["by"], right: string, table: string, name: string, statement: string): Attack {
    return {
        name,
        by,
        statements: [statement],
        refusal: noRight(`table ${table}`),
        without: [
            `GRANT ${right} ON "${table}" TO "${roles[by]}"`,
            `CREATE POLICY attack ON "${table}" TO "${roles[by]}" USING (true) WITH CHECK (true)`,
        ],
        again: [`DROP POLICY attack ON "${table}"`, `REVOKE ${right} ON "${table}" FROM "${roles[by]}"`],
    };
}

const parsing = byRows.bind(undefined, "parse");
const triggering = byRows.bind(undefined, "trigger");

/** Team analytics has the DAG report, team billing has invoices and one row of everything. */
export const attacks: readonly Attack[] = [
    parsing("dag", "takes another team's DAG", "UPDATE dag SET bundle_name = 'analytics' WHERE dag_id = 'invoices'"),
    parsing(
        "dag",
        "gives another team a DAG",
        "UPDATE dag SET bundle_name = 'billing' WHERE dag_id = 'report'",
        rowRule("dag"),
    ),
    parsing("dag", "reads which DAGs another team has", "SELECT FROM dag WHERE bundle_name = 'billing'"),
    byRight(
        "parse",
        "UPDATE (is_paused)",
        "dag",
        "starts a DAG that people stopped",
        "UPDATE dag SET is_paused = false",
    ),
    parsing(
        "serialized_dag",
        "rewrites what another team's DAG does",
        "UPDATE serialized_dag SET data = data WHERE dag_id = 'invoices'",
    ),
    parsing(
        "serialized_dag",
        "has runs of another team's DAG made, with tasks of its own",
        `UPDATE serialized_dag SET data = jsonb_set(data::jsonb, '{dag,dag_id}', '"invoices"') WHERE dag_id = 'report'`,
        rowRule("serialized_dag"),
    ),
    parsing(
        "serialized_dag",
        "hides what its DAG is called where no rule reads it",
        "UPDATE serialized_dag SET data_compressed = 'x' WHERE dag_id = 'report'",
        rowRule("serialized_dag"),
    ),
    parsing(
        "dag_version",
        "has another team's tasks fetched from its own repository",
        "UPDATE dag_version SET bundle_name = 'analytics' WHERE dag_id = 'invoices'",
    ),
    parsing(
        "dag_version",
        "has its own tasks fetched from another team's repository",
        "UPDATE dag_version SET bundle_name = 'billing' WHERE dag_id = 'report'",
        rowRule("dag_version"),
    ),
    parsing(
        "dag_version",
        "has a version that is of no bundle",
        "UPDATE dag_version SET bundle_name = NULL WHERE dag_id = 'report'",
        rowRule("dag_version"),
    ),
    parsing(
        "dag_code",
        "shows people other code of another team's DAG",
        "UPDATE dag_code SET source_code = '' WHERE dag_id = 'invoices'",
    ),
    parsing(
        "dag_bundle",
        "changes which version of another team's bundle counts",
        "UPDATE dag_bundle SET version = 'x' WHERE name = 'billing'",
    ),
    byRight(
        "parse",
        "UPDATE (active)",
        "dag_bundle",
        "switches another team's bundle off",
        "UPDATE dag_bundle SET active = false WHERE name = 'billing'",
    ),
    byRight(
        "parse",
        "DELETE",
        "dag_bundle_team",
        "takes another team's bundle away from it",
        "DELETE FROM dag_bundle_team WHERE team_name = 'billing'",
    ),
    byRight("parse", "INSERT", "team", "makes a team", "INSERT INTO team VALUES ('forged')"),
    parsing("dag_tag", "takes a tag off another team's DAG", "DELETE FROM dag_tag WHERE dag_id = 'invoices'"),
    parsing(
        "import_error",
        "removes another team's import errors",
        "DELETE FROM import_error WHERE bundle_name = 'billing'",
    ),
    parsing(
        "import_error",
        "says that another team's file is wrong",
        "INSERT INTO import_error (timestamp, filename, bundle_name, stacktrace) VALUES (now(), 'x.py', 'billing', 'x')",
        rowRule("import_error"),
    ),
    parsing(
        "dag_priority_parsing_request",
        "drops what another team asked to be read at once",
        "DELETE FROM dag_priority_parsing_request WHERE bundle_name = 'billing'",
    ),
    parsing("callback", "reads another team's callbacks", "SELECT FROM callback WHERE bundle_name = 'billing'"),
    parsing("callback", "drops another team's callbacks", "DELETE FROM callback WHERE bundle_name = 'billing'"),
    parsing(
        "job",
        "ends another team's DAG processor",
        `UPDATE job SET state = 'failed' WHERE unixname LIKE '%-billing'`,
    ),
    parsing(
        "job",
        "passes for another team's DAG processor",
        "INSERT INTO job (job_type, unixname) VALUES ('DagProcessorJob', 'airflow-parse-billing')",
        rowRule("job"),
    ),
    parsing("dag_run", "reads another team's runs", "SELECT FROM dag_run WHERE dag_id = 'invoices'"),
    byRight("parse", "UPDATE", "dag_run", "decides how a run ended", "UPDATE dag_run SET state = 'success'"),
    parsing(
        "task_instance",
        "reads another team's task instances",
        "SELECT FROM task_instance WHERE dag_id = 'invoices'",
    ),
    byRight(
        "parse",
        "UPDATE",
        "task_instance",
        "decides how a task ended",
        "UPDATE task_instance SET state = 'success'",
    ),
    parsing(
        "trigger",
        "has another team's triggerer run its code",
        "INSERT INTO trigger (classpath, kwargs, created_date, team_name) VALUES ('x', '{}', now(), 'billing')",
        rowRule("trigger"),
    ),
    parsing(
        "trigger",
        "has the triggerer of no team run its code",
        "INSERT INTO trigger (classpath, kwargs, created_date) VALUES ('x', '{}', now())",
        rowRule("trigger"),
    ),
    parsing(
        "trigger",
        "hands a trigger to a triggerer that it chooses",
        "INSERT INTO trigger (classpath, kwargs, created_date, team_name, triggerer_id) VALUES ('x', '{}', now(), 'analytics', 1)",
        rowRule("trigger"),
    ),
    parsing("trigger", "reads another team's triggers", "SELECT FROM trigger WHERE team_name = 'billing'"),
    parsing(
        "asset_dag_run_queue",
        "takes another team's DAG out of the queue",
        "DELETE FROM asset_dag_run_queue WHERE target_dag_id = 'invoices'",
    ),
    parsing(
        "dag_schedule_asset_reference",
        "has another team's DAG run by an asset",
        "INSERT INTO dag_schedule_asset_reference (asset_id, dag_id, allow_global_producers, created_at, updated_at) " +
            "SELECT id, 'invoices', true, now(), now() FROM asset WHERE name = 'seeded'",
        rowRule("dag_schedule_asset_reference"),
    ),
    byRight("parse", "DELETE", "asset", "deletes an asset", "DELETE FROM asset WHERE name = 'unused'"),
    ...["connection", "variable", "xcom", "session", "log", "ab_user", "ab_role"].map((table) =>
        byRight("parse", "SELECT", table, `reads the table ${table}`, `SELECT FROM "${table}"`),
    ),
    byRight("parse", "INSERT", "ab_role", "makes a role", "INSERT INTO ab_role (id, name) VALUES (999999, 'forged')"),
    {
        name: "becomes Airflow's own login",
        by: "parse",
        statements: ["SET ROLE airflow", "SELECT FROM connection"],
        refusal: /permission denied to set role "airflow"/,
        without: ['GRANT airflow TO "airflow-parse-analytics"'],
        again: ['REVOKE airflow FROM "airflow-parse-analytics"'],
    },
    {
        name: "becomes another team's login",
        by: "parse",
        statements: ['SET ROLE "airflow-parse-billing"', "SELECT FROM dag WHERE dag_id = 'invoices'"],
        refusal: /permission denied to set role/,
        without: ['GRANT "airflow-parse-billing" TO "airflow-parse-analytics"'],
        again: ['REVOKE "airflow-parse-billing" FROM "airflow-parse-analytics"'],
    },
    {
        name: "becomes the role of all DAG processors, which has no rows",
        by: "parse",
        statements: ['SET ROLE "airflow-parsers"', "SELECT FROM dag"],
        refusal: 0,
        without: ["ALTER TABLE dag DISABLE ROW LEVEL SECURITY"],
        again: ["ALTER TABLE dag ENABLE ROW LEVEL SECURITY"],
    },
    {
        name: "switches row-level security off",
        by: "parse",
        statements: ["SET row_security = off", "SELECT FROM dag WHERE dag_id = 'invoices'"],
        refusal: /would be affected by row-level security policy/,
        without: ["ALTER TABLE dag DISABLE ROW LEVEL SECURITY"],
        again: ["ALTER TABLE dag ENABLE ROW LEVEL SECURITY"],
    },
    {
        name: "drops a policy",
        by: "parse",
        statements: [
            'DROP POLICY "airflow_linkerd_airflow-parsers" ON dag',
            "ALTER TABLE dag DISABLE ROW LEVEL SECURITY",
            "SELECT FROM dag",
        ],
        refusal: /must be owner of relation dag/,
        without: ['GRANT airflow TO "airflow-parse-analytics"'],
        again: ['REVOKE airflow FROM "airflow-parse-analytics"'],
    },
    {
        name: "runs a program on the server",
        by: "parse",
        statements: ["COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'"],
        refusal: /permission denied to COPY to or from an external program/,
        without: ['GRANT pg_execute_server_program TO "airflow-parse-analytics"'],
        again: ['REVOKE pg_execute_server_program FROM "airflow-parse-analytics"'],
    },
    {
        name: "fills the disk with temporary tables",
        by: "parse",
        statements: ["CREATE TEMP TABLE big AS SELECT 1"],
        refusal: /permission denied to create temporary tables/,
        without: ['GRANT TEMP ON DATABASE airflow TO "airflow-parse-analytics"'],
        again: ['REVOKE TEMP ON DATABASE airflow FROM "airflow-parse-analytics"'],
    },
    {
        name: "makes a table of its own",
        by: "parse",
        statements: ["CREATE TABLE own AS SELECT 1"],
        refusal: /permission denied for schema public/,
        without: ['GRANT CREATE ON SCHEMA public TO "airflow-parse-analytics"'],
        again: ['REVOKE CREATE ON SCHEMA public FROM "airflow-parse-analytics"'],
    },
    triggering(
        "trigger",
        "takes another team's triggers",
        "UPDATE trigger SET triggerer_id = 1 WHERE team_name = 'billing'",
    ),
    triggering("trigger", "deletes another team's triggers", "DELETE FROM trigger WHERE team_name = 'billing'"),
    byRight(
        "trigger",
        "UPDATE (classpath)",
        "trigger",
        "changes what a trigger runs",
        "UPDATE trigger SET classpath = 'x' WHERE team_name = 'analytics'",
    ),
    triggering(
        "task_instance",
        "decides how another team's task ended",
        "UPDATE task_instance SET state = 'success' WHERE dag_id = 'invoices'",
    ),
    byRight(
        "trigger",
        "UPDATE (executor_config)",
        "task_instance",
        "changes what pod a task runs in",
        "UPDATE task_instance SET executor_config = NULL WHERE dag_id = 'report'",
    ),
    triggering(
        "job",
        "ends another team's triggerer",
        "UPDATE job SET state = 'failed' WHERE unixname LIKE '%-billing'",
    ),
    ...["connection", "variable", "session", "ab_user", "log"].map((table) =>
        byRight("trigger", "SELECT", table, `reads the table ${table}`, `SELECT FROM "${table}"`),
    ),
    byRight(
        "trigger",
        "UPDATE (data)",
        "serialized_dag",
        "rewrites what a DAG does",
        "UPDATE serialized_dag SET data = data WHERE dag_id = 'report'",
    ),
    triggering(
        "xcom",
        "hands another team's task what it asked for",
        "INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, timestamp, dag_result) " +
            "SELECT dag_run_id, task_id, map_index, 'forged', dag_id, run_id, now(), false FROM (SELECT id AS dag_run_id, " +
            "'seeded' AS task_id, -1 AS map_index, 'invoices' AS dag_id, 'seeded' AS run_id FROM (VALUES (2)) AS run (id)) AS forged",
        rowRule("xcom"),
    ),
    triggering("xcom", "reads what another team's tasks return", "SELECT FROM xcom WHERE dag_id = 'invoices'"),
    triggering(
        "callback",
        "has another team's DAG processor call back",
        "INSERT INTO callback (id, type, fetch_method, data, bundle_name, priority_weight, created_at) " +
            "VALUES (gen_random_uuid(), 'dag_processor', 'dag_attribute', '{}', 'billing', 1, now())",
        rowRule("callback"),
    ),
    triggering(
        "asset_event",
        "tells of an asset that it does not watch",
        `INSERT INTO asset_event (asset_id, extra, source_map_index, timestamp) SELECT id, '{}', -1, now() FROM asset WHERE name = 'unused'`,
        rowRule("asset_event"),
    ),
    triggering(
        "asset_dag_run_queue",
        "has another team's DAG run",
        "INSERT INTO asset_dag_run_queue (asset_id, target_dag_id, created_at) SELECT id, 'invoices', now() FROM asset WHERE name = 'unused'",
        rowRule("asset_dag_run_queue"),
    ),
];
