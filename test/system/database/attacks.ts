/** Who refuses an attack within the database. */
export const Refusing = { rows: "rows", rights: "rights" } as const;
export type Refusing = (typeof Refusing)[keyof typeof Refusing];

/** Something that a login of a team's tries on Airflow's database. */
export interface SqlAttack {
    /** As a noun, as the catalogue lists it. */
    readonly name: string;
    /** Which of the attacking team's logins. */
    readonly by: "parse" | "trigger";
    readonly refusing: Refusing;
    readonly statements: readonly string[];
    /** What the server answers, or `noRows`. */
    readonly refusal: RegExp;
    /** What takes away that which refuses it, and what puts it back. */
    readonly without: readonly string[];
    readonly again: readonly string[];
}

/** What became of an attack that neither changed nor read a row: those of others it does not see. */
export const noRows = "no row";

const rowRule = (table: string) => new RegExp(`new row violates row-level security policy for table "${table}"`);
const none = new RegExp(`^${noRows}$`);
const noRight = (what: string) => new RegExp(`permission denied for ${what}`);

const roles = { parse: "airflow-parsers", trigger: "airflow-triggerers" } as const;

/** Held back by a policy on the table's rows. */
function byRows(
    by: SqlAttack["by"],
    table: string,
    name: string,
    statement: string,
    refusal: SqlAttack["refusal"] = none,
): SqlAttack {
    return {
        name,
        by,
        refusing: Refusing.rows,
        statements: [statement],
        refusal,
        without: [`ALTER TABLE "${table}" DISABLE ROW LEVEL SECURITY`],
        again: [`ALTER TABLE "${table}" ENABLE ROW LEVEL SECURITY`],
    };
}

/** Held back by a right that the login has not. The rows' policies, where the table has any, would hold too. */
function byRight(by: SqlAttack["by"], right: string, table: string, name: string, statement: string): SqlAttack {
    return {
        name,
        by,
        refusing: Refusing.rights,
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
export const attacks: readonly SqlAttack[] = [
    parsing(
        "dag",
        "the taking of another team's DAG",
        "UPDATE dag SET bundle_name = 'analytics' WHERE dag_id = 'invoices'",
    ),
    parsing(
        "dag",
        "the giving of its DAG to another team",
        "UPDATE dag SET bundle_name = 'billing' WHERE dag_id = 'report'",
        rowRule("dag"),
    ),
    parsing("dag", "a look at which DAGs another team has", "SELECT FROM dag WHERE bundle_name = 'billing'"),
    byRight(
        "parse",
        "UPDATE (is_paused)",
        "dag",
        "the start of a DAG that people stopped",
        "UPDATE dag SET is_paused = false",
    ),
    parsing(
        "serialized_dag",
        "another form of what another team's DAG does",
        "UPDATE serialized_dag SET data = data WHERE dag_id = 'invoices'",
    ),
    parsing(
        "serialized_dag",
        "runs of another team's DAG, with tasks of its own",
        `UPDATE serialized_dag SET data = jsonb_set(data::jsonb, '{dag,dag_id}', '"invoices"') WHERE dag_id = 'report'`,
        rowRule("serialized_dag"),
    ),
    parsing(
        "serialized_dag",
        "its DAG's name where no rule reads it",
        "UPDATE serialized_dag SET data_compressed = 'x' WHERE dag_id = 'report'",
        rowRule("serialized_dag"),
    ),
    parsing(
        "dag_version",
        "another team's tasks from its own repository",
        "UPDATE dag_version SET bundle_name = 'analytics' WHERE dag_id = 'invoices'",
    ),
    parsing(
        "dag_version",
        "its own tasks from another team's repository",
        "UPDATE dag_version SET bundle_name = 'billing' WHERE dag_id = 'report'",
        rowRule("dag_version"),
    ),
    parsing(
        "dag_version",
        "a version that is of no bundle",
        "UPDATE dag_version SET bundle_name = NULL WHERE dag_id = 'report'",
        rowRule("dag_version"),
    ),
    parsing(
        "dag_code",
        "other code for people to see of another team's DAG",
        "UPDATE dag_code SET source_code = '' WHERE dag_id = 'invoices'",
    ),
    parsing(
        "dag_bundle",
        "another version of another team's bundle",
        "UPDATE dag_bundle SET version = 'x' WHERE name = 'billing'",
    ),
    byRight(
        "parse",
        "UPDATE (active)",
        "dag_bundle",
        "the end of another team's bundle",
        "UPDATE dag_bundle SET active = false WHERE name = 'billing'",
    ),
    byRight(
        "parse",
        "DELETE",
        "dag_bundle_team",
        "the taking away of another team's bundle",
        "DELETE FROM dag_bundle_team WHERE team_name = 'billing'",
    ),
    byRight("parse", "INSERT", "team", "a team of its own making", "INSERT INTO team VALUES ('forged')"),
    parsing("dag_tag", "the taking of a tag off another team's DAG", "DELETE FROM dag_tag WHERE dag_id = 'invoices'"),
    parsing(
        "import_error",
        "the removal of another team's import errors",
        "DELETE FROM import_error WHERE bundle_name = 'billing'",
    ),
    parsing(
        "import_error",
        "an import error in another team's name",
        "INSERT INTO import_error (timestamp, filename, bundle_name, stacktrace) VALUES (now(), 'x.py', 'billing', 'x')",
        rowRule("import_error"),
    ),
    parsing(
        "dag_priority_parsing_request",
        "the dropping of what another team asked to be read at once",
        "DELETE FROM dag_priority_parsing_request WHERE bundle_name = 'billing'",
    ),
    parsing(
        "callback",
        "the reading of another team's callbacks",
        "SELECT FROM callback WHERE bundle_name = 'billing'",
    ),
    parsing(
        "callback",
        "the dropping of another team's callbacks",
        "DELETE FROM callback WHERE bundle_name = 'billing'",
    ),
    parsing(
        "job",
        "the end of another team's DAG processor",
        `UPDATE job SET state = 'failed' WHERE unixname LIKE '%-billing'`,
    ),
    parsing(
        "job",
        "a record by which it passes for another team's DAG processor",
        "INSERT INTO job (job_type, unixname) VALUES ('DagProcessorJob', 'airflow-parse-billing')",
        rowRule("job"),
    ),
    parsing("dag_run", "the reading of another team's runs", "SELECT FROM dag_run WHERE dag_id = 'invoices'"),
    byRight("parse", "UPDATE", "dag_run", "another end of a run", "UPDATE dag_run SET state = 'success'"),
    parsing(
        "task_instance",
        "the reading of another team's task instances",
        "SELECT FROM task_instance WHERE dag_id = 'invoices'",
    ),
    byRight("parse", "UPDATE", "task_instance", "another end of a task", "UPDATE task_instance SET state = 'success'"),
    parsing(
        "trigger",
        "code of its own for another team's triggerer",
        "INSERT INTO trigger (classpath, kwargs, created_date, team_name) VALUES ('x', '{}', now(), 'billing')",
        rowRule("trigger"),
    ),
    parsing(
        "trigger",
        "code of its own for the triggerer of no team",
        "INSERT INTO trigger (classpath, kwargs, created_date) VALUES ('x', '{}', now())",
        rowRule("trigger"),
    ),
    parsing(
        "trigger",
        "a trigger for a triggerer that it chooses",
        "INSERT INTO trigger (classpath, kwargs, created_date, team_name, triggerer_id) VALUES ('x', '{}', now(), 'analytics', 1)",
        rowRule("trigger"),
    ),
    parsing("trigger", "the reading of another team's triggers", "SELECT FROM trigger WHERE team_name = 'billing'"),
    parsing(
        "asset_dag_run_queue",
        "the taking of another team's DAG out of the queue",
        "DELETE FROM asset_dag_run_queue WHERE target_dag_id = 'invoices'",
    ),
    parsing(
        "dag_schedule_asset_reference",
        "an asset that another team's DAG runs by",
        "INSERT INTO dag_schedule_asset_reference (asset_id, dag_id, allow_global_producers, created_at, updated_at) " +
            "SELECT id, 'invoices', true, now(), now() FROM asset WHERE name = 'seeded'",
        rowRule("dag_schedule_asset_reference"),
    ),
    byRight("parse", "DELETE", "asset", "the deleting of an asset", "DELETE FROM asset WHERE name = 'unused'"),
    ...["connection", "variable", "xcom", "session", "log", "ab_user", "ab_role"].map((table) =>
        byRight("parse", "SELECT", table, `the reading of the table ${table}`, `SELECT FROM "${table}"`),
    ),
    byRight(
        "parse",
        "INSERT",
        "dag_run",
        "a run with its own settings",
        "INSERT INTO dag_run (id, dag_id, run_id, run_type, state, run_after) VALUES (999, 'report', 'forged', 'manual', 'queued', now())",
    ),
    byRight("parse", "UPDATE", "slot_pool", "more slots in a pool", "UPDATE slot_pool SET slots = 1000000"),
    byRight(
        "parse",
        "INSERT",
        "slot_pool",
        "a pool of its own",
        "INSERT INTO slot_pool (id, pool, slots, include_deferred) VALUES (999999, 'own', 1000000, false)",
    ),
    byRight(
        "parse",
        "INSERT",
        "log",
        "an entry in the audit log",
        "INSERT INTO log (id, event) VALUES (999999, 'forged')",
    ),
    byRight(
        "parse",
        "INSERT",
        "ab_role",
        "a role in Airflow",
        "INSERT INTO ab_role (id, name) VALUES (999999, 'forged')",
    ),
    {
        name: "Airflow's own login",
        by: "parse",
        refusing: Refusing.rights,
        statements: ["SET ROLE airflow", "SELECT FROM connection"],
        refusal: /permission denied to set role "airflow"/,
        without: ['GRANT airflow TO "airflow-parse-analytics"'],
        again: ['REVOKE airflow FROM "airflow-parse-analytics"'],
    },
    {
        name: "another team's login",
        by: "parse",
        refusing: Refusing.rights,
        statements: ['SET ROLE "airflow-parse-billing"', "SELECT FROM dag WHERE dag_id = 'invoices'"],
        refusal: /permission denied to set role/,
        without: ['GRANT "airflow-parse-billing" TO "airflow-parse-analytics"'],
        again: ['REVOKE "airflow-parse-billing" FROM "airflow-parse-analytics"'],
    },
    {
        name: "the role of all DAG processors, which has no rows",
        by: "parse",
        refusing: Refusing.rows,
        statements: ['SET ROLE "airflow-parsers"', "SELECT FROM dag"],
        refusal: none,
        without: ["ALTER TABLE dag DISABLE ROW LEVEL SECURITY"],
        again: ["ALTER TABLE dag ENABLE ROW LEVEL SECURITY"],
    },
    {
        name: "an end of row-level security in its session",
        by: "parse",
        refusing: Refusing.rows,
        statements: ["SET row_security = off", "SELECT FROM dag WHERE dag_id = 'invoices'"],
        refusal: /would be affected by row-level security policy/,
        without: ["ALTER TABLE dag DISABLE ROW LEVEL SECURITY"],
        again: ["ALTER TABLE dag ENABLE ROW LEVEL SECURITY"],
    },
    {
        name: "the dropping of a policy",
        by: "parse",
        refusing: Refusing.rights,
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
        name: "a program on the server",
        by: "parse",
        refusing: Refusing.rights,
        statements: ["COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'"],
        refusal: /permission denied to COPY to or from an external program/,
        without: ['GRANT pg_execute_server_program TO "airflow-parse-analytics"'],
        again: ['REVOKE pg_execute_server_program FROM "airflow-parse-analytics"'],
    },
    {
        name: "a temporary table",
        by: "parse",
        refusing: Refusing.rights,
        statements: ["CREATE TEMP TABLE big AS SELECT 1"],
        refusal: /permission denied to create temporary tables/,
        without: ['GRANT TEMP ON DATABASE airflow TO "airflow-parse-analytics"'],
        again: ['REVOKE TEMP ON DATABASE airflow FROM "airflow-parse-analytics"'],
    },
    {
        name: "a table of its own",
        by: "parse",
        refusing: Refusing.rights,
        statements: ["CREATE TABLE own AS SELECT 1"],
        refusal: /permission denied for schema public/,
        without: ['GRANT CREATE ON SCHEMA public TO "airflow-parse-analytics"'],
        again: ['REVOKE CREATE ON SCHEMA public FROM "airflow-parse-analytics"'],
    },
    triggering(
        "trigger",
        "the taking of another team's triggers",
        "UPDATE trigger SET triggerer_id = 1 WHERE team_name = 'billing'",
    ),
    triggering("trigger", "the deleting of another team's triggers", "DELETE FROM trigger WHERE team_name = 'billing'"),
    byRight(
        "trigger",
        "UPDATE (classpath)",
        "trigger",
        "other code for a trigger to run",
        "UPDATE trigger SET classpath = 'x' WHERE team_name = 'analytics'",
    ),
    triggering(
        "task_instance",
        "another end of another team's task",
        "UPDATE task_instance SET state = 'success' WHERE dag_id = 'invoices'",
    ),
    byRight(
        "trigger",
        "UPDATE (executor_config)",
        "task_instance",
        "another pod for a task to run in",
        "UPDATE task_instance SET executor_config = NULL WHERE dag_id = 'report'",
    ),
    ...Object.entries({
        queue: "another queue",
        pool: "another pool",
        pool_slots: "more slots of its pool",
        executor: "another executor",
        priority_weight: "another priority",
        try_number: "another count of its tries",
    }).map(([column, what]) =>
        byRight(
            "trigger",
            `UPDATE (${column})`,
            "task_instance",
            `${what} for a task`,
            `UPDATE task_instance SET ${column} = ${column} WHERE dag_id = 'report'`,
        ),
    ),
    triggering(
        "task_instance",
        "a task of another team's that waits for its trigger",
        "UPDATE task_instance SET trigger_id = 1, state = 'deferred' WHERE dag_id = 'invoices'",
    ),
    byRight(
        "trigger",
        "INSERT",
        "dag_run",
        "a run of its own making",
        "INSERT INTO dag_run (id, dag_id, run_id, run_type, state, run_after) VALUES (999, 'report', 'forged', 'manual', 'queued', now())",
    ),
    byRight(
        "trigger",
        "UPDATE",
        "dag_run",
        "another end of a run",
        "UPDATE dag_run SET state = 'success' WHERE dag_id = 'report'",
    ),
    byRight("trigger", "UPDATE", "slot_pool", "more slots in a pool", "UPDATE slot_pool SET slots = 1000000"),
    byRight(
        "trigger",
        "INSERT",
        "trigger",
        "a trigger of its own making",
        "INSERT INTO trigger (id, classpath, kwargs, created_date, team_name) VALUES (999999, 'x', '{}', now(), 'analytics')",
    ),
    byRight(
        "trigger",
        "UPDATE (bundle_name)",
        "dag",
        "the taking of another team's DAG",
        "UPDATE dag SET bundle_name = 'analytics' WHERE dag_id = 'invoices'",
    ),
    triggering(
        "task_instance_history",
        "something for Airflow's own parts to unpickle",
        "INSERT INTO task_instance_history (task_instance_id, task_id, dag_id, run_id, try_number, pool, pool_slots, executor_config) " +
            "SELECT gen_random_uuid(), task_id, dag_id, run_id, 9, 'x', 1, decode('80', 'hex') FROM task_instance " +
            "WHERE dag_id = 'report'",
        rowRule("task_instance_history"),
    ),
    triggering(
        "task_instance_history",
        "a try of another team's task",
        "INSERT INTO task_instance_history (task_instance_id, task_id, dag_id, run_id, try_number, pool, pool_slots) " +
            "VALUES (gen_random_uuid(), 'seeded', 'invoices', 'seeded', 9, 'x', 1)",
        rowRule("task_instance_history"),
    ),
    byRight(
        "trigger",
        "UPDATE (responded_by)",
        "hitl_detail",
        "an answer in a person's name",
        `UPDATE hitl_detail SET responded_by = '{"id": "1", "name": "ann"}'`,
    ),
    triggering(
        "hitl_detail",
        "the answer to what another team's task asks",
        `UPDATE hitl_detail SET chosen_options = '["yes"]' WHERE subject = 'seeded'`,
    ),
    triggering("task_reschedule", "the end of another team's task's waiting", "DELETE FROM task_reschedule"),
    triggering(
        "job",
        "the end of another team's triggerer",
        "UPDATE job SET state = 'failed' WHERE unixname LIKE '%-billing'",
    ),
    ...["connection", "variable", "session", "ab_user", "log"].map((table) =>
        byRight("trigger", "SELECT", table, `the reading of the table ${table}`, `SELECT FROM "${table}"`),
    ),
    byRight(
        "trigger",
        "UPDATE (data)",
        "serialized_dag",
        "another form of what a DAG does",
        "UPDATE serialized_dag SET data = data WHERE dag_id = 'report'",
    ),
    triggering(
        "xcom",
        "a result for another team's task",
        "INSERT INTO xcom (dag_run_id, task_id, map_index, key, dag_id, run_id, timestamp, dag_result) " +
            "SELECT dag_run_id, task_id, map_index, 'forged', dag_id, run_id, now(), false FROM (SELECT id AS dag_run_id, " +
            "'seeded' AS task_id, -1 AS map_index, 'invoices' AS dag_id, 'seeded' AS run_id FROM (VALUES (2)) AS run (id)) AS forged",
        rowRule("xcom"),
    ),
    triggering("xcom", "the reading of what another team's tasks return", "SELECT FROM xcom WHERE dag_id = 'invoices'"),
    triggering(
        "callback",
        "a callback for another team's DAG processor",
        "INSERT INTO callback (id, type, fetch_method, data, bundle_name, priority_weight, created_at) " +
            "VALUES (gen_random_uuid(), 'dag_processor', 'dag_attribute', '{}', 'billing', 1, now())",
        rowRule("callback"),
    ),
    triggering(
        "asset_event",
        "an event of an asset that it does not watch",
        `INSERT INTO asset_event (asset_id, extra, source_map_index, timestamp) SELECT id, '{}', -1, now() FROM asset WHERE name = 'unused'`,
        rowRule("asset_event"),
    ),
    triggering(
        "asset_dag_run_queue",
        "a run of another team's DAG",
        "INSERT INTO asset_dag_run_queue (asset_id, target_dag_id, created_at) SELECT id, 'invoices', now() FROM asset WHERE name = 'unused'",
        rowRule("asset_dag_run_queue"),
    ),
];
