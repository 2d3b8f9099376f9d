import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loginsOf } from "../../../components/airflow/database/team-logins/team-logins.ts";
import { rightsScripts } from "../../../components/airflow/database/team-logins/team-logins-pod.ts";
import { forgettingFile } from "../../../components/airflow/jobs/forget-team-rights.ts";
import { master, own, RdsLikeServer, type Result } from "./rds-like-server.ts";

const teams = ["analytics", "billing"];
const logins = teams.flatMap((team) => Object.values(loginsOf(team)));

describe("The logins of teams on a server that no user of ours is superuser of", function () {
    this.timeout("3m");

    let server: RdsLikeServer;
    let made: Result;
    let given: Result;

    before(async () => {
        server = await RdsLikeServer.start();
        made = await makeRoles();
        const migrated = await server.run(["-m", "airflow", "db", "migrate"], {
            HOME: server.root,
            AIRFLOW_HOME: join(server.root, "airflow"),
            AIRFLOW__CORE__LOAD_EXAMPLES: "False",
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: address().replace("postgresql:", "postgresql+psycopg2:"),
        });
        assert.equal(migrated.code, 0, migrated.output);
        given = await giveRights();
        await sql(
            teams
                .map(
                    (team) =>
                        `INSERT INTO dag (dag_id, bundle_name, is_stale, is_paused, max_active_tasks,
                         max_consecutive_failed_dag_runs, has_task_concurrency_limits, timetable_type,
                         exceeds_max_non_backfill, partition_mapper_info)
                         VALUES ('of_${team}', '${team}', false, false, 1, 0, false, '', false, '[]')`,
                )
                .join(";"),
            address(),
        );
    });
    after(() => server?.stop());

    const sql = (query: string, url?: string) => server.sql(query, url);
    const address = () => server.address(own, "first-password", own);
    const as = (login: string, generation = 1) => server.address(login, password(login, generation), own);

    function passwordsFile(generation: number, named: readonly string[]): string {
        const file = join(server.root, "team-passwords.json");
        const passwords = logins
            .filter((login) => named.some((team) => login.endsWith(team)))
            .map((login) => [login, password(login, generation)]);
        writeFileSync(file, JSON.stringify(Object.fromEntries(passwords)));
        return file;
    }

    /** What the server's master user does. */
    const makeRoles = (generation = 1, named = teams) =>
        server.makeRole({ TEAM_PASSWORDS_FILE: passwordsFile(generation, named) });

    /** What Airflow's own user does, after each migration. */
    function giveRights(generation = 1, named = teams): Promise<Result> {
        const folder = join(server.root, "rights");
        mkdirSync(folder, { recursive: true });
        for (const [name, source] of Object.entries(rightsScripts)) {
            writeFileSync(join(folder, name), source);
        }
        return server.run([join(folder, "keep_team_logins.py")], {
            TEAMS: JSON.stringify(named),
            TEAM_PASSWORDS_FILE: passwordsFile(generation, named),
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: address(),
        });
    }

    it("are made by the master user, with no power of their own", async () => {
        assert.equal(made.code, 0, made.output);
        for (const login of logins) {
            assert.match(made.output, new RegExp(`^changed: made the user ${login}$`, "m"));
        }
        const powers = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit";
        assert.deepEqual(
            await sql(`SELECT DISTINCT ${powers} FROM pg_roles WHERE rolname ~ '^airflow-(parse|trigger)-'`),
            ["False|False|False|False|False|10"],
        );
    });

    it("leave nobody a member of them who could act in their name", async () => {
        const members = `SELECT DISTINCT pg_get_userbyid(member), inherit_option, set_option FROM pg_auth_members
            WHERE pg_get_userbyid(roleid) ~ '^airflow-(parse|trigger)-'`;
        assert.deepEqual(await sql(members), [`${master.username}|False|False`]);
    });

    it("have their rights from Airflow's own user, which may make no users", async () => {
        assert.equal(given.code, 0, given.output);
        assert.match(given.output, /gave airflow-parsers and airflow-triggerers their rights and no others/);
        assert.match(given.output, /registered analytics, billing/);
        assert.doesNotMatch(given.output, /changed:/);
    });

    for (const [kind, login] of Object.entries(loginsOf("analytics"))) {
        it(`see their own team's rows and no others (${kind})`, async () => {
            assert.deepEqual(await sql("SELECT dag_id FROM dag", as(login)), ["of_analytics"]);
            await assert.rejects(sql("SELECT FROM connection", as(login)), /permission denied for table connection/);
            await assert.rejects(sql(`SET ROLE ${own}`, as(login)), /permission denied to set role/);
        });
    }

    it("are held to their rows by what Airflow's own user has given, and see the others' without it", async () => {
        const login = loginsOf("analytics").parsing;
        await sql("ALTER TABLE dag DISABLE ROW LEVEL SECURITY", address());
        try {
            assert.deepEqual(await sql("SELECT dag_id FROM dag ORDER BY 1", as(login)), ["of_analytics", "of_billing"]);
        } finally {
            await sql("ALTER TABLE dag ENABLE ROW LEVEL SECURITY", address());
        }
    });

    it("give the master user no way to the rows", async () => {
        const there = server.address(master.username, master.password, own);
        await assert.rejects(sql("SELECT FROM dag", there), /permission denied/);
    });

    it("are left as they are when both Jobs run again", async () => {
        const again = await makeRoles();
        assert.equal(again.code, 0, again.output);
        assert.doesNotMatch(again.output, /changed:/);
        const rights = await giveRights();
        assert.equal(rights.code, 0, rights.output);
    });

    it("see nothing from when a migration begins until their rights are given anew", async () => {
        const login = loginsOf("analytics").triggering;
        await sql(readFileSync(join(server.root, "rights", forgettingFile), "utf8"), address());
        assert.deepEqual(await sql("SELECT dag_id FROM dag", as(login)), []);
        const { code, output } = await giveRights();
        assert.equal(code, 0, output);
        assert.deepEqual(await sql("SELECT dag_id FROM dag", as(login)), ["of_analytics"]);
    });

    it("take another password, and the one before is nothing", async () => {
        const login = loginsOf("analytics").parsing;
        const { code, output } = await makeRoles(2);
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`^changed: gave the user ${login} its password$`, "m"));
        assert.deepEqual(await sql("SELECT dag_id FROM dag", as(login, 2)), ["of_analytics"]);
        await assert.rejects(sql("SELECT 1", as(login)), /password authentication failed/);
        assert.ok(!readFileSync(server.postgres.log, "utf8").includes(password(login, 2)));
    });

    it("are gone with their team", async () => {
        const { code, output } = await makeRoles(2, ["analytics"]);
        assert.equal(code, 0, output);
        assert.deepEqual(await sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'airflow-%-billing'"), []);
        const rights = await giveRights(2, ["analytics"]);
        assert.equal(rights.code, 0, rights.output);
        assert.deepEqual(await sql("SELECT is_stale FROM dag WHERE dag_id = 'of_billing'", address()), ["True"]);
    });

    it("are asked for by name where the master user has not made them", async () => {
        const { code, output } = await giveRights(2);
        assert.equal(code, 1);
        assert.match(output, /The user airflow_app may make no users, and these are not there: airflow-parse-billing/);
    });
});

const password = (login: string, generation: number) => `password-${String(generation)}-of-${login}`;
