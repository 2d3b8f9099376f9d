import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loginsOf } from "../../../components/airflow/database/team-logins/team-logins.ts";
import { rightsScripts } from "../../../components/airflow/database/team-logins/team-logins-pod.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type RealPostgres, startPostgres } from "../../support/real-postgres.ts";
import { TestProcess } from "../login/process.ts";
import { attacks, noRows, type Refusing, type SqlAttack } from "./attacks.ts";
import { withheldColumns } from "./withheld-columns.ts";

const teams = ["analytics", "billing"] as const;
const fab = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager";
const here = join(checkout, "test/system/database");

interface Result {
    readonly code: number;
    readonly output: string;
}

const authorities: Readonly<Record<Refusing, string>> = {
    rows: "row-level security in Airflow's database",
    rights: "the rights of a team's login in Airflow's database",
};

const attackers: Readonly<Record<SqlAttack["by"], { readonly who: string; readonly login: string }>> = {
    parse: { who: "a team's DAG processor", login: loginsOf("analytics").parsing },
    trigger: { who: "a team's triggerer", login: loginsOf("analytics").triggering },
};

describe("The logins of teams to Airflow's database", function () {
    this.timeout("9m");

    const stops: (() => Promise<void>)[] = [];
    const passwords = Object.fromEntries(
        teams.flatMap((team) => Object.values(loginsOf(team)).map((login) => [login, `password-of-${login}`])),
    );
    let root: string;
    let bin: string;
    let postgres: RealPostgres;
    const parsed: Record<string, Result> = {};

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "team-logins-"));
        ({ bin } = await airflowInstallation("3.3.2", console.log));
        postgres = await startPostgres(root, stops);
        cpSync(join(here, "team-dags"), join(root, "dags"), { recursive: true });
        mkdirSync(join(root, "rights"));
        for (const [name, source] of Object.entries(rightsScripts)) {
            writeFileSync(join(root, "rights", name), source);
        }
        const migrated = await airflow(["db", "migrate"], { AIRFLOW__CORE__AUTH_MANAGER: fab });
        assert.equal(migrated.code, 0, migrated.output);
        const kept = await keepRights();
        assert.equal(kept.code, 0, kept.output);
        for (const team of teams) {
            parsed[team] = await parse(team);
        }
        await asOwner(readFileSync(join(here, "seed.sql"), "utf8"));
    });
    after(async () => {
        for (const stop of stops.reverse()) {
            await stop();
        }
        rmSync(root, { recursive: true, force: true });
    });

    function environment(): Record<string, string> {
        const home = join(root, "home");
        return {
            PATH: `${bin}:${process.env.PATH ?? ""}`,
            HOME: home,
            AIRFLOW_HOME: home,
            AIRFLOW__CORE__LOAD_EXAMPLES: "False",
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: postgres.url,
        };
    }

    /** What a team's own process has, by its login. */
    const ofProcess = (login: string): Record<string, string> => ({
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: urlOf(login).replace("postgresql:", "postgresql+psycopg2:"),
        AIRFLOW__CORE__AUTH_MANAGER: "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        AIRFLOW__CORE__MULTI_TEAM: "True",
        LOGNAME: login,
    });

    function run(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Result> {
        return new Promise((resolve) => {
            const child = spawn(join(bin, "python"), ["-B", ...args], { env: { ...environment(), ...env } });
            let output = "";
            child.stdout.on("data", (text) => (output += String(text)));
            child.stderr.on("data", (text) => (output += String(text)));
            child.on("close", (code) => {
                resolve({ code: code ?? -1, output });
            });
            child.stdin.end(input);
        });
    }

    const airflow = (args: readonly string[], env: Record<string, string>) => run(["-m", "airflow", ...args], env);

    function keepRights(named: readonly string[] = teams, url = postgres.url): Promise<Result> {
        const file = join(root, "passwords.json");
        writeFileSync(file, JSON.stringify(passwords));
        return run([join(root, "rights/keep_team_logins.py")], {
            TEAMS: JSON.stringify(named),
            TEAM_PASSWORDS_FILE: file,
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: url,
        });
    }

    /** As the team's own DAG processor is started, but that it ends when it has read every file. */
    function parse(team: string): Promise<Result> {
        const { parsing } = loginsOf(team);
        const kwargs = { path: join(root, "dags", team) };
        const classpath = "airflow.dag_processing.bundles.local.LocalDagBundle";
        return run([join(checkout, "components/teams/parsing/team_dag_processor.py"), "-B", team, "--num-runs", "1"], {
            ...ofProcess(parsing),
            AIRFLOW__CORE__FERNET_KEY: "",
            AIRFLOW__CORE__COMPRESS_SERIALIZED_DAGS: "False",
            AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL: "0",
            AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify([
                { name: team, classpath, kwargs, team_name: team },
            ]),
        });
    }

    function urlOf(login: string): string {
        return `postgresql://${login}:${passwords[login] ?? ""}@127.0.0.1:${postgres.port}/airflow`;
    }

    const ownerUrl = () => postgres.url.replace("+psycopg2", "");

    /** Rows of a query as the owner of the tables, columns joined by `|`. */
    async function asOwner(query: string, url = ownerUrl()): Promise<string[]> {
        const program =
            "import psycopg2, sys; c = psycopg2.connect(sys.argv[1]); c.autocommit = True; k = c.cursor(); k.execute(sys.stdin.read()); " +
            "[print('|'.join(map(str, row))) for row in (k.fetchall() if k.description else [])]";
        const { code, output } = await run(["-c", program, url], {}, query);
        assert.equal(code, 0, output);
        return output.split("\n").filter((line) => line !== "");
    }

    for (const team of teams) {
        it(`let the DAG processor of ${team} read its own bundle`, async () => {
            assert.equal(parsed[team]?.code, 0, parsed[team]?.output);
            const { output } = parsed[team];
            assert.doesNotMatch(
                output.replace(/.*permission denied for table (log|variable).*/g, ""),
                /permission denied/,
            );
        });
    }

    it("leave each DAG with the bundle that it came from", async () => {
        const found = await asOwner("SELECT dag_id, bundle_name FROM dag ORDER BY dag_id");
        assert.deepEqual(found, [
            "beside|billing",
            "ends|analytics",
            "hears|analytics",
            "invoices|billing",
            "report|analytics",
        ]);
    });

    it("keep a dag_id for the team that had it first, and tell the other why", async () => {
        const [error] = await asOwner("SELECT stacktrace FROM import_error WHERE filename = 'thief.py'");
        assert.match(error ?? "", /^The dag_id report belongs to another team, which was the first to use it/);
    });

    it("tell an author why a DAG file cannot read a variable", async () => {
        const errors = await asOwner("SELECT stacktrace FROM import_error WHERE filename = 'reads_variable.py'");
        assert.match(errors.join("\n"), /A DAG file is read without access to Airflow's database of variables/);
    });

    it("let the DAG processor change a DAG that it wrote before", async () => {
        const file = join(root, "dags/analytics/report.py");
        writeFileSync(file, readFileSync(file, "utf8").replaceAll('"read"', '"read_again"'));
        const { code, output } = await parse("analytics");
        assert.equal(code, 0, output);
        const [data] = await asOwner(
            "SELECT data::text FROM serialized_dag WHERE dag_id = 'report' ORDER BY created_at DESC LIMIT 1",
        );
        assert.match(data ?? "", /read_again/);
    });

    it("have for each column of the tables that they write a decision", async () => {
        for (const [role, tables] of Object.entries(withheldColumns)) {
            const found = await asOwner(
                `SELECT relname, string_agg(attname, ' ' ORDER BY attnum)
                 FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
                 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
                 AND has_any_column_privilege('${role}', pg_class.oid, 'UPDATE')
                 AND NOT has_column_privilege('${role}', pg_class.oid, attnum, 'UPDATE')
                 GROUP BY 1`,
            );
            const expected = Object.entries(tables).map(([table, columns]) => `${table}|${columns}`);
            assert.deepEqual(found.sort(), expected.sort());
        }
    });

    for (const [refusing, authority] of Object.entries(authorities)) {
        for (const [by, attacker] of Object.entries(attackers)) {
            const these = attacks.filter((attack) => attack.refusing === refusing && attack.by === by);
            refusesAttacks(
                attacker.who,
                {
                    name: authority,
                    guarded: () => tried(these, false),
                    unguarded: () => tried(these, true),
                },
                these.map(({ name, refusal }, index) => ({ name, says: refusal, attempt: (world) => world[index] })),
            );
        }
    }

    describe("once what refuses is back,", () => {
        it("are refused the same as before", async () => {
            const answers = await tried(attacks, false);
            for (const [index, { name, refusal }] of attacks.entries()) {
                assert.match(answers[index] ?? "nobody refused it", refusal, name);
            }
        });
    });

    /** Why each was refused, in their order; undefined where one was not. */
    async function tried(these: readonly SqlAttack[], unguarded: boolean): Promise<(string | undefined)[]> {
        const input = these.map(({ by, statements, without, again }) => ({
            url: urlOf(attackers[by].login),
            statements,
            ...(unguarded ? { without, again } : { without: [], again: [] }),
        }));
        const { code, output } = await run([join(here, "attempt.py"), ownerUrl()], {}, JSON.stringify(input));
        assert.equal(code, 0, output);
        const answers = JSON.parse(output) as (number | string)[];
        assert.equal(answers.length, these.length);
        return answers.map((answer) => (answer === 0 ? noRows : typeof answer === "number" ? undefined : answer));
    }

    describe("let a trigger of the team's", () => {
        const triggerer = loginsOf("analytics").triggering;
        let log: string;

        before(async () => {
            const common = {
                PYTHONPATH: join(here, "triggers"),
                AIRFLOW__CORE__FERNET_KEY: randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
            };
            const deferred = await run([join(here, "triggers/defer_tasks.py")], common);
            assert.equal(deferred.code, 0, deferred.output);
            const file = join(root, "triggerer.log");
            // As the team's own triggerer is started.
            const args = ["-B", "-m", "airflow", "triggerer", "--team-name", "analytics", "--skip-serve-logs"];
            const env = { ...environment(), ...common, ...ofProcess(triggerer) };
            const child = new TestProcess(join(bin, "python"), args, env, file);
            stops.push(() => child.stop());
            await child.until("each task of the team's had gone on", async () => {
                const waiting = "SELECT 1 FROM task_instance WHERE dag_id = 'ends' AND state = 'deferred'";
                return (await asOwner(waiting)).length === 0;
            });
            await child.stop();
            log = readFileSync(file, "utf8");
        });

        it("end its task in each way that there is, or have it go on", async () => {
            const found = await asOwner(
                `SELECT task_id, state, end_date IS NOT NULL, trigger_id IS NULL FROM task_instance
                 WHERE dag_id = 'ends' AND run_id = 'deferred' ORDER BY task_id`,
            );
            assert.deepEqual(found, [
                "asks|scheduled|False|True",
                "fails|failed|True|True",
                "returns|success|True|True",
                "skips|skipped|True|True",
                "succeeds|success|True|True",
                "tries_again|up_for_retry|True|True",
            ]);
            assert.doesNotMatch(
                log.replace(/.*permission denied for table log.*/g, ""),
                /permission denied|row-level security/,
            );
        });

        it("hand on what the task returns", async () => {
            assert.deepEqual(await asOwner("SELECT task_id, key, value FROM xcom WHERE dag_id = 'ends'"), [
                "returns|return_value|42",
            ]);
        });

        it("keep the try that it ended, where another follows", async () => {
            const tries = "SELECT task_id, try_number, state FROM task_instance_history WHERE dag_id = 'ends'";
            assert.deepEqual(await asOwner(tries), ["tries_again|1|failed"]);
        });

        it("answer by default what nobody has answered", async () => {
            const answers = "SELECT chosen_options FROM hitl_detail WHERE subject = 'Go on?'";
            assert.deepEqual(await asOwner(answers), ["['no']"]);
        });

        it("have the team's own DAG processor call back", async () => {
            const callbacks = "SELECT bundle_name, count(*) FROM callback GROUP BY 1 ORDER BY 1";
            assert.deepEqual(await asOwner(callbacks), ["analytics|4", "billing|1"]);
        });

        it("do all that in the name of the team's login, and leave another team's task alone", async () => {
            const names = "SELECT DISTINCT unixname FROM job WHERE job_type = 'TriggererJob' ORDER BY 1";
            assert.deepEqual(await asOwner(names), [triggerer, "airflow-trigger-billing"]);
            const others = "SELECT DISTINCT state FROM task_instance WHERE dag_id = 'invoices' AND run_id = 'deferred'";
            assert.deepEqual(await asOwner(others), ["deferred"]);
        });
    });

    describe("when something changes,", () => {
        it("see nothing while their policies are dropped for a migration, and what they saw before afterwards", async () => {
            await asOwner(readFileSync(join(root, "rights/forget_team_rights.sql"), "utf8"));
            const own = urlOf(loginsOf("analytics").parsing);
            assert.deepEqual(await asOwner("SELECT count(*) FROM dag", own), ["0"]);
            const { code, output } = await keepRights();
            assert.equal(code, 0, output);
            assert.deepEqual(await asOwner("SELECT count(*) FROM dag", own), ["3"]);
        });

        it("are gone with their team, whose DAGs stay and are nobody's", async () => {
            const { code, output } = await keepRights(["analytics"]);
            assert.equal(code, 0, output);
            assert.deepEqual(await asOwner("SELECT rolname FROM pg_roles WHERE rolname LIKE '%-billing'"), []);
            assert.deepEqual(await asOwner("SELECT team_name FROM dag_bundle_team"), ["analytics"]);
            assert.deepEqual(await asOwner("SELECT DISTINCT is_stale FROM dag WHERE bundle_name = 'billing'"), [
                "True",
            ]);
        });

        it("are asked for by name where Airflow's own login may make none", async () => {
            await asOwner("CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT CONNECT ON DATABASE airflow TO plain");
            const plain = postgres.url.replace(/airflow:[^@]*@/, "plain:plain@");
            const { code, output } = await keepRights(teams, plain);
            assert.equal(code, 1);
            assert.match(output, /The user plain may make no users, and these are not there: airflow-parse-billing/);
            assert.match(output, /isolation to \{parse: shared, reason: …\}/);
        });
    });
});
