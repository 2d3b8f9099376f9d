import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loginsOf } from "../../../components/airflow/database/team-logins/team-logins.ts";
import { rightsScripts } from "../../../components/airflow/database/team-logins/team-logins-pod.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { type RealPostgres, startPostgres } from "../../support/real-postgres.ts";
import { type Attack, attacks } from "./attacks.ts";
import { withheldColumns } from "./withheld-columns.ts";

const teams = ["analytics", "billing"] as const;
const fab = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager";
const here = join(checkout, "test/system/database");

interface Result {
    readonly code: number;
    readonly output: string;
}

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

    function run(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Result> {
        return new Promise((resolve) => {
            const home = join(root, "home");
            const child = spawn(join(bin, "python"), ["-B", ...args], {
                env: {
                    PATH: `${bin}:${process.env.PATH ?? ""}`,
                    HOME: home,
                    AIRFLOW_HOME: home,
                    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
                    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: postgres.url,
                    ...env,
                },
            });
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
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: urlOf(parsing).replace("postgresql:", "postgresql+psycopg2:"),
            AIRFLOW__CORE__AUTH_MANAGER:
                "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
            AIRFLOW__CORE__MULTI_TEAM: "True",
            AIRFLOW__CORE__FERNET_KEY: "",
            AIRFLOW__CORE__COMPRESS_SERIALIZED_DAGS: "False",
            AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL: "0",
            AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify([
                { name: team, classpath, kwargs, team_name: team },
            ]),
            LOGNAME: parsing,
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
        assert.deepEqual(found, ["beside|billing", "hears|analytics", "invoices|billing", "report|analytics"]);
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

    describe("refuse that one team", () => {
        let results: { refused: unknown; without: unknown; after: unknown }[];
        before(async () => {
            const input = attacks.map((attack) => ({ ...attack, url: urlOf(attackers[attack.by]) }));
            const { code, output } = await run([join(here, "attempt.py"), ownerUrl()], {}, JSON.stringify(input));
            assert.equal(code, 0, output);
            results = JSON.parse(output) as typeof results;
        });

        attacks.forEach((attack, index) => {
            it(`${attack.name}, as its ${attack.by === "parse" ? "DAG processor" : "triggerer"}`, () => {
                const { refused, without, after: restored } = results[index] ?? assert.fail("no result");
                refuses(attack, refused);
                assert.ok(typeof without === "number" && without > 0, `without what refuses it: ${String(without)}`);
                refuses(attack, restored);
            });
        });
    });

    describe("when something changes,", () => {
        it("see nothing while their policies are dropped for a migration, and what they saw before afterwards", async () => {
            await asOwner(readFileSync(join(root, "rights/forget_team_rights.sql"), "utf8"));
            const own = urlOf(loginsOf("analytics").parsing);
            assert.deepEqual(await asOwner("SELECT count(*) FROM dag", own), ["0"]);
            const { code, output } = await keepRights();
            assert.equal(code, 0, output);
            assert.deepEqual(await asOwner("SELECT count(*) FROM dag", own), ["2"]);
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

const attackers: Readonly<Record<Attack["by"], string>> = {
    parse: loginsOf("analytics").parsing,
    trigger: loginsOf("analytics").triggering,
};

function refuses({ refusal }: Attack, answer: unknown): void {
    if (typeof refusal === "number") {
        assert.equal(answer, refusal);
    } else {
        assert.match(String(answer), refusal);
    }
}
