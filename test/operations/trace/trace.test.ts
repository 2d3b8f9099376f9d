import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseTraceOptions } from "../../../operations/trace/options.ts";
import { startedByWords } from "../../../operations/trace/run-start.ts";
import { type Trace } from "../../../operations/trace/trace.ts";
import { together } from "../../../operations/trace/traced-task.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { type Answer, ApiServerDouble } from "../doctor/api-server-double.ts";
import { ExampleTeamsFile } from "../example-teams.ts";

const run = "manual__2026-11-26T00:00:00+00:00";
const token = "a-token-of-my-own";

/** The pod of a task of `report`, as the executor makes it. */
function pod(name: string, annotations: Record<string, string> = {}, namespace = "team-analytics") {
    return {
        metadata: {
            name,
            namespace,
            annotations: {
                dag_id: "report",
                run_id: run,
                task_id: "read",
                try_number: "1",
                "airflow-linkerd.io/started-by": "person",
                "airflow-linkerd.io/started-by-user": "ann",
                ...annotations,
            },
        },
        spec: { serviceAccountName: "airflow-task" },
        status: { phase: "Running", startTime: "2026-11-26T00:00:05Z" },
    };
}

const json = (body: object): Answer => [200, JSON.stringify(body)];
const pods = (...items: object[]) => json({ items });

/** What Airflow answers about the run, once its task has ended. */
const dagPath = "/api/v2/dags/report";
const runPath = `${dagPath}/dagRuns/${encodeURIComponent(run)}`;
const record: Record<string, Answer> = {
    [dagPath]: json({ bundle_name: "analytics" }),
    [runPath]: json({ state: "success", triggered_by: "ui", triggering_user_name: "ann" }),
    [`${runPath}/taskInstances`]: json({
        task_instances: [
            {
                task_id: "read",
                map_index: -1,
                try_number: 1,
                state: "success",
                hostname: "report-read-x1",
                start_date: "2026-11-26T00:00:05.4Z",
                end_date: "2026-11-26T00:01:10.2Z",
            },
        ],
    }),
    "/auth/fab/v1/users/ann": json({
        first_name: "Ann",
        last_name: "Analyst",
        roles: [{ name: "team:analytics:author" }, { name: "Team author" }],
    }),
    "/ui/auth/me": json({ id: "1", username: "ann" }),
};

describe("npm run trace", function () {
    this.timeout("2m");

    let at: ExampleTeamsFile;
    before(() => {
        at = new ExampleTeamsFile();
    });
    after(() => {
        at.remove();
    });

    const doubles: ApiServerDouble[] = [];
    afterEach(async () => {
        await Promise.all(doubles.splice(0).map((double) => double.stop()));
    });

    /** With a cluster and an Airflow that answer so; without either where nothing is given. */
    async function traced(
        cluster: Record<string, Answer> | undefined,
        airflow: Record<string, Answer> | undefined,
        ...args: string[]
    ): Promise<{ code: number; stdout: string; stderr: string; asked: ApiServerDouble["asked"] }> {
        const kubeconfig = join(at.folder, "kubeconfig");
        const kubernetes = new ApiServerDouble({
            "/api/v1/namespaces/team-analytics/pods": pods(),
            "/api/v1/namespaces/team-billing/pods": pods(),
            ...cluster,
        });
        const api = new ApiServerDouble(airflow ?? {});
        const text = await kubernetes.start();
        const { clusters } = JSON.parse(await api.start()) as { clusters: { cluster: { server: string } }[] };
        doubles.push(kubernetes, api);
        writeFileSync(kubeconfig, cluster === undefined ? text.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:9") : text);
        const { AIRFLOW_CLI_TOKEN: _ambient, ...env } = process.env;
        const options = ["--stack", "prod", "--config-file", at.file, "--kubeconfig", kubeconfig];
        const where = ["--airflow", clusters[0]?.cluster.server ?? ""];
        return new Promise((resolve) => {
            execFile(
                process.execPath,
                [join(checkout, "operations/trace/main.ts"), "report", run, ...options, ...where, ...args],
                { cwd: checkout, env: { ...env, ...(airflow && { AIRFLOW_CLI_TOKEN: token }) } },
                (error, stdout, stderr) => {
                    resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr, asked: api.asked });
                },
            );
        });
    }
    const data = (stdout: string) => JSON.parse(stdout) as Trace;

    it("reads who started a run from its pods alone, where there is no token", async () => {
        const live = { "/api/v1/namespaces/team-analytics/pods": pods(pod("report-read-x1")) };
        const { code, stdout, stderr, asked } = await traced(live, undefined, "--json");
        assert.deepEqual([code, stderr, asked], [0, "", []]);
        const { start, chain, tasks, groups, cloudTrail, differs } = data(stdout);
        assert.deepEqual(start, { by: "person", user: "ann" });
        assert.equal(chain.meshIdentity, "airflow-task.team-analytics.serviceaccount.identity.linkerd.cluster.local");
        assert.deepEqual(tasks, [
            {
                task: "read",
                mapIndex: -1,
                attempt: 1,
                pod: "report-read-x1",
                runsAs: "team-analytics/airflow-task",
                state: "running",
                from: "2026-11-26T00:00:05Z",
            },
        ]);
        // Who may start it, since the pods do not say which of them the person is in.
        assert.deepEqual(
            groups.map(({ group }) => group),
            ["analytics-authors", "analytics-leads", "dag-authors", "data-operations", "platform-admins"],
        );
        assert.equal(
            cloudTrail,
            "aws cloudtrail lookup-events --region eu-central-1 --start-time 2026-11-26T00:00:05Z " +
                `--query "Events[?contains(CloudTrailEvent, ':assumed-role/airflow-prod-team-analytics-airflow-task/')].CloudTrailEvent" ` +
                "--output text",
        );
        assert.deepEqual(differs, []);
    });

    it("believes no pod that the scheduler did not mark, in a team that makes pods itself", async () => {
        const own = pod("mine");
        const { "airflow-linkerd.io/started-by": _by, ...annotations } = own.metadata.annotations;
        const live = {
            "/api/v1/namespaces/team-analytics/pods": pods({ ...own, metadata: { ...own.metadata, annotations } }),
        };
        const { code, stderr } = await traced(live, undefined);
        assert.equal(code, 1);
        assert.match(stderr, /^error: the cluster has no pod of run /);
    });

    it("takes a pod of another run or DAG, whose labels are the same, for what it is", async () => {
        const live = {
            "/api/v1/namespaces/team-analytics/pods": pods(
                pod("another-run", { run_id: "manual__2" }),
                pod("another-dag", { dag_id: "report " }),
            ),
        };
        assert.match((await traced(live, undefined)).stderr, /^error: the cluster has no pod of run /);
    });

    it("asks Airflow about what has ended, and which groups the person had it from", async () => {
        const { code, stdout, stderr, asked } = await traced({}, record);
        assert.deepEqual([code, stderr], [0, ""]);
        for (const line of [
            /^report, run manual__.*: success$/m,
            /^ {2}started by +Ann Analyst \(ann\), in Airflow's pages$/m,
            /^ {2}groups +analytics-authors \(team:analytics:author\)$/m,
            /^ {2}roles +Team author, team:analytics:author$/m,
            /^ {2}read +1 +success +report-read-x1 +as below +2026-11-26T00:00:05\.4Z +2026-11-26T00:01:10\.2Z$/m,
            /^ {2}IAM role +arn:aws:iam::123456789012:role\/airflow-prod-team-analytics-airflow-task, by pod-identity$/m,
            /^ {4}\*\.example\.com +443 /m,
            /--start-time 2026-11-26T00:00:05Z --end-time 2026-11-26T00:01:11Z /,
        ]) {
            assert.match(stdout, line);
        }
        assert.ok(asked.every((each) => each.token === `Bearer ${token}`));
    });

    it("says which groups it can have been to who may not look at users", async () => {
        const answers = { ...record, "/auth/fab/v1/users/ann": [403, "{}"] as const };
        const { code, stdout } = await traced({}, answers);
        assert.equal(code, 0);
        assert.match(stdout, /^ {2}groups +one of analytics-authors \(team:analytics:author\), /m);
        assert.doesNotMatch(stdout, /^ {2}roles /m);
    });

    it("names the machine that started a run and its client, and no groups, which have nothing to do with it", async () => {
        const by = (user: string) => json({ state: "success", triggered_by: "rest_api", triggering_user_name: user });
        const { code, stdout } = await traced({}, { ...record, [runPath]: by("machine:analytics:nightly") });
        assert.equal(code, 0);
        assert.match(stdout, /^ {2}started by +machine:analytics:nightly, by Airflow's API$/m);
        assert.match(stdout, /^ {2}by tokens of +the client analytics-ci$/m);
        assert.doesNotMatch(stdout, /^ {2}groups |Not as the config says/m);
        const former = await traced({}, { ...record, [runPath]: by("machine:analytics:weekly") });
        assert.match(former.stdout, /^ {2}machine:analytics:weekly started it, and may not any more$/m);
        // Of another team, whose name it has.
        const others = await traced({}, { ...record, [runPath]: by("machine:billing:nightly") });
        assert.match(others.stdout, /^ {2}machine:billing:nightly started it, and may not any more$/m);
    });

    it("says of a run that nobody started what did", async () => {
        const scheduled = json({ state: "running", triggered_by: "timetable", triggering_user_name: null });
        const { stdout } = await traced({}, { ...record, [runPath]: scheduled });
        assert.match(stdout, /^ {2}started by +nobody: by its schedule$/m);
        assert.doesNotMatch(stdout, /^ {2}groups /m);
    });

    it("shows where cluster, Airflow and config differ", async () => {
        const strange = { ...pod("report-read-x1", { "airflow-linkerd.io/started-by-user": "bill" }) };
        strange.spec = { serviceAccountName: "admin" };
        const { stdout } = await traced({ "/api/v1/namespaces/team-analytics/pods": pods(strange) }, record);
        assert.match(stdout, /pod report-read-x1 runs as team-analytics\/admin, not as team-analytics\/airflow-task/);
        assert.match(stdout, /its pods say that bill started it, and Airflow now says ann/);
    });

    it("goes on with Airflow's record where the cluster does not answer, and says so", async () => {
        const { code, stdout, stderr } = await traced(undefined, record);
        assert.equal(code, 0);
        assert.match(stderr, /^the cluster was not read, so what follows is what Airflow recorded: list pods in /);
        assert.match(stdout, /: success$/m);
    });

    for (const [what, [answers, why]] of Object.entries<[Record<string, Answer>, RegExp]>({
        "an unknown DAG": [{ ...record, [dagPath]: [404, "{}"] }, /has no DAG report: look for the ids/],
        "an unknown run": [{ ...record, [runPath]: [404, "{}"] }, /has no run manual__.* of report: look for the ids/],
        "a token that has ended": [{ ...record, [dagPath]: [401, "{}"] }, /does not know you \(HTTP 401\)/],
        "what is no token": [
            { ...record, [dagPath]: [403, "{}"], "/ui/auth/me": [403, "{}"] },
            /does not know you \(HTTP 403\).*Generate Token/,
        ],
        "a DAG of another team": [{ ...record, [dagPath]: [403, "{}"] }, /does not show you this DAG \(HTTP 403\)/],
        "a page in Airflow's place": [{ ...record, [dagPath]: [200, "<html>"] }, /is no API of Airflow's/],
        "a bundle of no team": [
            { ...record, [dagPath]: json({ bundle_name: "others" }) },
            /report comes from the bundle others, which is no team's of this stack/,
        ],
    })) {
        it(`says what is wrong with ${what}, and tells nobody the token`, async () => {
            const { code, stdout, stderr } = await traced({}, answers);
            assert.deepEqual([code, stdout], [1, ""]);
            assert.match(stderr, why);
            assert.doesNotMatch(stderr, new RegExp(token));
        });
    }

    it("sends a token over TLS alone, or on this machine", async () => {
        const { code, stderr } = await traced({}, record, "--airflow", "http://airflow.example.com");
        assert.equal(code, 1);
        assert.match(stderr, /a token is sent over https:\/\/ alone, or to 127\.0\.0\.1 and localhost/);
    });

    it("follows no redirect, which could lead a token away", async () => {
        const answers: Record<string, Answer> = { ...record, [dagPath]: [302, "", "/elsewhere"] };
        const { code, stderr, asked } = await traced({}, answers);
        assert.equal(code, 1);
        assert.ok(!asked.some(({ path }) => path === "/elsewhere"));
        assert.match(stderr, /answered HTTP 302 to \/api\/v2\/dags\/report/);
    });

    it("takes no token from the command line, where others could read it", () => {
        assert.throws(() => parseTraceOptions(["report", run, "--token", token]), /Unknown option '--token'/);
        assert.throws(() => parseTraceOptions(["report"]), /a trace takes a DAG and a run of it, and got report/);
        assert.throws(() => parseTraceOptions([]), /and got nothing/);
    });

    it("knows every kind of start by the word that the executor writes for it", () => {
        const source = readFileSync(join(checkout, "components/teams/executor/run_trigger.py"), "utf8");
        const kinds = [...source.matchAll(/DagRunTriggeredByType\.(\w+): "(\w+)"/g)].map(([, name = "", word]) => [
            name.toLowerCase(),
            word,
        ]);
        assert.ok(kinds.length > 7);
        assert.deepEqual(Object.fromEntries(kinds), startedByWords);
    });

    it("shows a try once that both know, and one that either knows", () => {
        const recorded = [{ task: "a", mapIndex: -1, attempt: 2, state: "running" }];
        const live = [
            { task: "a", mapIndex: -1, attempt: 2, state: "running", pod: "a-2", runsAs: "n/s" },
            { task: "a", mapIndex: -1, attempt: 1, state: "failed", pod: "a-1", runsAs: "n/s" },
        ];
        assert.deepEqual(
            together(recorded, live).map(({ attempt, pod: name, runsAs }) => [attempt, name, runsAs]),
            [
                [2, "a-2", "n/s"],
                [1, "a-1", "n/s"],
            ],
        );
    });
});
