import assert from "node:assert/strict";

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Authority } from "../../../rehearsal/cluster/certificates.ts";
import { believe } from "../../../rehearsal/cluster/peoples-authority.ts";
import { hostName } from "../../../rehearsal/identity-provider/host-name.ts";
import {
    type IdentityProvider,
    startIdentityProvider,
} from "../../../rehearsal/identity-provider/identity-provider.ts";
import { startBrowser, Visitor } from "./browser.ts";
import { type RealAirflow, startRealAirflow } from "./real-airflow.ts";
import { teamsWith } from "./two-teams.ts";

const machineAudience = "https://airflow.example.com";

describe("A machine that starts runs", function () {
    this.timeout(300_000);

    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-machines-"));
    let airflow: RealAirflow;
    /** Stands in for the place where CI jobs run, which vouches for them. */
    let ci: IdentityProvider;

    before(async () => {
        const authority = await Authority.open(folder, "ci-ca");
        const { certificateFile, keyFile } = await authority.issue("ci", { commonName: hostName, hosts: [hostName] });
        ci = await startIdentityProvider(
            { port: 0, certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") },
            { id: "nobody", secret: "of-nobody", redirectUris: ["https://nobody.example.com/"], afterLogoutUris: [] },
            [
                { id: "ci", secret: "of-ci-there", audience: machineAudience },
                { id: "deploy", secret: "of-deploy", audience: machineAudience },
            ],
        );
        const dags = ["insights"];
        const teams = teamsWith((issuer) => ({
            analytics: [
                { name: "nightly", issuer, clientId: "ci", subject: "ci", dags },
                { name: "deploy", issuer: ci.issuer, subject: "deploy", claims: { client_id: "deploy" }, dags },
            ],
        }));
        airflow = await startRealAirflow({
            ...teams,
            // As a machine has it whose administrator made this authority a public one.
            apiServer: { ...teams.apiServer, REQUESTS_CA_BUNDLE: authority.certificateFile },
            machineAudience,
            machineIssuers: [{ name: "ci", issuer: ci.issuer, audience: machineAudience }],
            machines: [
                { id: "ci", secret: "of-ci", audience: machineAudience },
                { id: "deploy", secret: "of-deploy-here", audience: machineAudience },
                { id: "stranger", secret: "of-a-stranger", audience: machineAudience },
                { id: "elsewhere", secret: "of-elsewhere", audience: "https://elsewhere.example.com" },
            ],
        });
        believe(airflow.authorityFile);
        believe(authority.certificateFile);
    });

    after(async () => {
        await airflow?.stop();
        await ci?.close();
        rmSync(folder, { recursive: true });
    });

    async function token(id: string, secret: string, issuer = airflow.provider.issuer): Promise<string> {
        const answer = await fetch(`${issuer}/token`, {
            method: "POST",
            headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
            body: new URLSearchParams({ grant_type: "client_credentials" }),
        });
        const { access_token } = (await answer.json()) as { access_token?: string };
        assert.ok(access_token, `the provider gave ${id} no token: ${answer.status}`);
        return access_token;
    }

    const asker = (bearer: string) => async (path: string, body?: object) => {
        const response = await fetch(`${airflow.url}${path}`, {
            method: body === undefined ? "GET" : "POST",
            headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
            ...(body && { body: JSON.stringify(body) }),
        });
        return { status: response.status, text: await response.text() };
    };

    const run = { logical_date: null, dag_run_id: "by-a-machine" };
    const runsOf = (dag: string) => `/api/v2/dags/${dag}/dagRuns`;

    it("starts one of its DAG by the provider's token alone, and the run says who it was", async () => {
        const ask = asker(await token("ci", "of-ci"));
        const started = await ask(runsOf("insights"), run);
        assert.equal(started.status, 200, started.text);
        const said = JSON.parse(started.text) as Record<string, string>;
        assert.deepEqual([said.triggering_user_name, said.triggered_by], ["machine:analytics:nightly", "rest_api"]);
        assert.equal((await ask(`${runsOf("insights")}/by-a-machine`)).status, 200);
        assert.equal((await ask(`${runsOf("insights")}/by-a-machine/taskInstances`)).status, 200);
        // It is nobody of Airflow's own: nobody can log in as it, and nothing is left of it when its entry is gone.
        assert.deepEqual(airflow.rows("select username from ab_user where username like '%ci%'"), []);
        assert.deepEqual(airflow.rows("select owner from log where event = 'trigger_dag_run'"), [
            "machine:analytics:nightly",
        ]);
    });

    it("sees its own DAG and no other", async () => {
        const ask = asker(await token("ci", "of-ci"));
        const { dags } = JSON.parse((await ask("/api/v2/dags")).text) as { dags: { dag_id: string }[] };
        assert.deepEqual(
            dags.map(({ dag_id }) => dag_id),
            ["insights"],
        );
        assert.equal((await ask(runsOf("invoices"), run)).status, 403);
        for (const path of [
            "/api/v2/dags/invoices",
            "/api/v2/dagSources/insights",
            `${runsOf("insights")}/by-a-machine/taskInstances/one/logs/1`,
            `${runsOf("insights")}/by-a-machine/taskInstances/one/xcomEntries`,
            "/api/v2/connections",
            "/api/v2/variables",
            "/api/v2/pools",
            "/api/v2/config",
            "/api/v2/eventLogs",
            "/auth/fab/v1/users",
        ]) {
            assert.equal((await ask(path)).status, 403, path);
        }
        assert.equal((await ask("/ui/auth/token", { token_type: "cli" })).status, 403);
    });

    it("is nobody with another client's token, or with a token for elsewhere", async () => {
        const stranger = await asker(await token("stranger", "of-a-stranger"))(runsOf("insights"), run);
        assert.equal(stranger.status, 403);
        assert.match(stranger.text, /No team of this stack names this subject with this client/);
        const elsewhere = await asker(await token("elsewhere", "of-elsewhere"))(runsOf("insights"), run);
        assert.equal(elsewhere.status, 401);
        assert.match(elsewhere.text, /aud is not login.machineAudience/);
        assert.match(airflow.log(), /A machine was refused: the token is no machine's: aud is not/);
    });

    it("is who another issuer says that it is, and never who the other one of two says", async () => {
        const ask = asker(await token("deploy", "of-deploy", ci.issuer));
        const started = await ask(runsOf("insights"), { ...run, dag_run_id: "by-ci" });
        assert.equal(started.status, 200, started.text);
        const said = JSON.parse(started.text) as Record<string, string>;
        assert.equal(said.triggering_user_name, "machine:analytics:deploy");
        assert.equal((await ask(runsOf("invoices"), run)).status, 403);
        for (const [id, secret, issuer] of [
            ["ci", "of-ci-there", ci.issuer],
            ["deploy", "of-deploy-here", airflow.provider.issuer],
        ] as const) {
            const { status, text } = await asker(await token(id, secret, issuer))(runsOf("insights"), run);
            assert.equal(status, 403, text);
            assert.match(text, /No team of this stack names this subject with this client, or with these claims/);
        }
    });

    it("leaves people's own login and tokens as they are", async () => {
        const browser = await startBrowser(airflow.certificateFile);
        try {
            airflow.provider.directory.setGroups("otto", ["analytics-authors"]);
            const otto = await Visitor.open(browser, airflow.url);
            assert.equal(await otto.logIn("Otto Author"), 302);
            const ask = asker(await otto.token());
            assert.equal((await ask(runsOf("insights"), { logical_date: null })).status, 200);
            assert.equal((await ask(runsOf("invoices"), { logical_date: null })).status, 403);
        } finally {
            await browser.close();
        }
    });
});
