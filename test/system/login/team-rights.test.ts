import assert from "node:assert/strict";

import { believe } from "../../../rehearsal/cluster/peoples-authority.ts";
import { type Answer, Session } from "../../../rehearsal/dag/session.ts";
import { type RealAirflow, startRealAirflow } from "./real-airflow.ts";
import { twoTeams } from "./two-teams.ts";

describe("What people of a team may do", function () {
    this.timeout(300_000);

    let airflow: RealAirflow;
    const sessions: Session[] = [];

    before(async () => {
        airflow = await startRealAirflow(twoTeams());
        believe(airflow.authorityFile);
    });

    afterEach(async () => {
        await Promise.all(sessions.splice(0).map((session) => session.close()));
    });

    after(() => airflow?.stop());

    type Method = Parameters<Session["ask"]>[0];
    type Ask = (path: string, method?: Method, body?: object) => Promise<Answer>;

    /**
     * Somebody of these groups, who asks Airflow's REST API with the cookies of the login. Without a browser: the pages of
     * those who are logged in go on asking, and one API server has little time for the questions of this test then.
     */
    async function memberOf(...groups: string[]): Promise<Ask> {
        airflow.provider.directory.setGroups("otto", groups);
        const session = await Session.logIn(airflow.url, "otto");
        sessions.push(session);
        return (path, method = "GET", body) => session.ask(method, path, body);
    }

    const run = { logical_date: null };
    const idsOf = ({ body }: Answer) =>
        (body as { dags: { dag_id: string }[] }).dags.map(({ dag_id }) => dag_id).sort();

    it("shows the team's DAGs and no others", async () => {
        for (const [group, own] of [
            ["analytics-viewers", ["insights"]],
            ["billing-operators", ["invoices"]],
            ["platform-admins", ["insights", "invoices"]],
        ] as const) {
            const ask = await memberOf(group);
            assert.deepEqual(idsOf(await ask("/api/v2/dags")), own, group);
            assert.deepEqual(idsOf(await ask("/ui/dags")), own, group);
        }
    });

    it("answers who asks for teams' names", async () => {
        const ask = await memberOf("analytics-viewers");
        assert.equal((await ask("/ui/teams")).status, 200);
    });

    it("hides everything of another team's DAG", async () => {
        const admin = await memberOf("platform-admins");
        assert.equal(
            (await admin("/api/v2/dags/invoices/dagRuns", "POST", { ...run, dag_run_id: "theirs" })).status,
            200,
        );
        const ask = await memberOf("analytics-operators");
        for (const path of [
            "/api/v2/dags/invoices",
            "/api/v2/dags/invoices/details",
            "/api/v2/dags/invoices/dagRuns",
            "/api/v2/dags/invoices/dagRuns/theirs",
            "/api/v2/dags/invoices/dagRuns/theirs/taskInstances",
            "/api/v2/dags/invoices/dagRuns/theirs/taskInstances/one",
            "/api/v2/dags/invoices/dagRuns/theirs/taskInstances/one/logs/1",
            "/api/v2/dags/invoices/dagRuns/theirs/taskInstances/one/xcomEntries",
            "/api/v2/dags/invoices/tasks",
            "/api/v2/dags/invoices/dagVersions",
            "/api/v2/dagSources/invoices",
            "/ui/grid/structure/invoices",
            "/ui/structure/structure_data?dag_id=invoices",
        ]) {
            assert.equal((await ask(path)).status, 403, path);
            assert.notEqual((await ask(path.replace("invoices", "insights"))).status, 403, path);
        }
        for (const path of [
            "/api/v2/dags/~/dagRuns",
            "/api/v2/dags/~/dagRuns/~/taskInstances",
            "/api/v2/dagWarnings",
        ]) {
            const { body } = await ask(path);
            assert.doesNotMatch(JSON.stringify(body), /invoices|theirs/, path);
        }
    });

    it("lets nobody act on another team's DAG", async () => {
        const ask = await memberOf("analytics-operators");
        const attempts: [string, Method, object?][] = [
            ["/api/v2/dags/invoices/dagRuns", "POST", run],
            ["/api/v2/dags/invoices", "PATCH", { is_paused: false }],
            ["/api/v2/dags/invoices", "DELETE"],
            ["/api/v2/dags/invoices/dagRuns/theirs", "PATCH", { state: "failed" }],
            ["/api/v2/dags/invoices/dagRuns/theirs", "DELETE"],
            ["/api/v2/dags/invoices/dagRuns/theirs/clear", "POST", { dry_run: false }],
            ["/api/v2/dags/invoices/clearTaskInstances", "POST", { dry_run: false, dag_run_id: "theirs" }],
            ["/api/v2/dags/invoices/dagRuns/theirs/taskInstances/one", "PATCH", { new_state: "success" }],
            [
                "/api/v2/backfills",
                "POST",
                {
                    dag_id: "invoices",
                    from_date: "2026-01-01T00:00:00Z",
                    to_date: "2026-01-02T00:00:00Z",
                    run_backwards: false,
                    max_active_runs: 1,
                    dag_run_conf: {},
                    reprocess_behavior: "none",
                },
            ],
        ];
        for (const [path, method, body] of attempts) {
            const answer = await ask(path, method, body);
            assert.equal(answer.status, 403, `${method} ${path}: ${JSON.stringify(answer.body)}`);
        }
        assert.deepEqual(airflow.rows("select state from dag_run where run_id = 'theirs'"), ["queued"]);
    });

    it("lets viewers look, authors run, and operators delete too", async () => {
        const path = "/api/v2/dags/insights/dagRuns";
        const rights = async (group: string) => {
            const ask = await memberOf(group);
            const id = `by-${group}`;
            return {
                look: (await ask("/api/v2/dags/insights")).status,
                run: (await ask(path, "POST", { ...run, dag_run_id: id })).status,
                pause: (await ask("/api/v2/dags/insights", "PATCH", { is_paused: true })).status,
                delete: (await ask(`${path}/${id}`, "DELETE")).status,
            };
        };
        assert.deepEqual(await rights("analytics-viewers"), { look: 200, run: 403, pause: 403, delete: 403 });
        assert.deepEqual(await rights("analytics-authors"), { look: 200, run: 200, pause: 200, delete: 403 });
        const operator = await rights("analytics-operators");
        assert.deepEqual({ ...operator, delete: 0 }, { look: 200, run: 200, pause: 200, delete: 0 });
        assert.ok([204, 409].includes(operator.delete), `${operator.delete}`);
    });

    it("gives in one team nothing of what a person is in another", async () => {
        const ask = await memberOf("analytics-viewers", "billing-operators");
        assert.deepEqual(idsOf(await ask("/api/v2/dags")), ["insights", "invoices"]);
        assert.equal((await ask("/api/v2/dags/insights/dagRuns", "POST", run)).status, 403);
        assert.equal((await ask("/api/v2/dags/insights", "PATCH", { is_paused: true })).status, 403);
        assert.equal((await ask("/api/v2/dags/invoices/dagRuns", "POST", run)).status, 200);
    });

    it("does not read what a DAG's author writes as access_control", async () => {
        // The file gives billing's viewers, and viewers of any team, all of insights.
        assert.notDeepEqual(
            airflow.rows("select name from ab_view_menu where name = 'DAG:insights'"),
            [],
            "Airflow took the author's word, so there is something not to be read",
        );
        const ask = await memberOf("billing-viewers");
        assert.equal((await ask("/api/v2/dags/insights")).status, 403);
    });

    it("answers a crowd, whose requests need more connections to the database than it has", async () => {
        const ask = await memberOf("platform-admins");
        const asked = Array.from({ length: 120 }, () => ask("/ui/dags"));
        const statuses = (await Promise.all(asked)).map(({ status }) => status);
        assert.deepEqual([...new Set(statuses)], [200]);
    });

    it("withholds what Airflow cannot tell apart by team", async () => {
        const ask = await memberOf("analytics-operators");
        for (const path of [
            "/api/v2/connections",
            "/api/v2/variables",
            "/api/v2/pools",
            "/api/v2/config",
            "/api/v2/jobs",
            "/api/v2/eventLogs",
            "/api/v2/assets",
            "/api/v2/plugins",
            "/api/v2/providers",
            "/auth/fab/v1/users",
            "/auth/fab/v1/roles",
        ]) {
            assert.equal((await ask(path)).status, 403, path);
        }
    });

    it("makes no one a member of a team by what else they may do", async () => {
        const ask = await memberOf("airflow-viewers");
        assert.deepEqual(idsOf(await ask("/api/v2/dags")), ["insights", "invoices"]);
        assert.equal((await ask("/api/v2/dags/insights/dagRuns", "POST", run)).status, 403);
    });
});
