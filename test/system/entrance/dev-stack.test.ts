import assert from "node:assert/strict";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";
import { type Browser } from "playwright-core";

import { entranceAddressOf, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { withoutTeams } from "../airflow/real-stage.ts";
import { eventually } from "../bare-cluster.ts";
import { startBrowser, Visitor } from "../login/browser.ts";
import { Call, PodView } from "../pod-calls.ts";
import { type CommandResult, Stage } from "../stage.ts";

describe("the dev stack with an entrance", function () {
    // The first run on a machine builds Envoy Gateway.
    this.timeout("40m");

    const stage = new Stage(Containers.processes);
    let first: CommandResult;
    let browser: Browser;
    let address: string;

    before(async () => {
        stage.configure({
            ...withoutTeams,
            entrance: { kind: "gateway", certificate: { kind: "private-ca" }, loadBalancer: { kind: "none" } },
        });
        console.log("      waiting for the dev stack, with its entrance");
        first = await stage.run("up");
        assert.equal(first.exitCode, 0, first.output);
        address = entranceAddressOf(readPorts(stage.at).entrance ?? assert.fail("no entrance"));
        browser = await startBrowser(join(stage.at.cluster, "certificates", "identity-provider.crt"));
    });

    after(async () => {
        await browser?.close();
        await stage.close();
    });

    it("is told at the end of up, by its https address", () => {
        assert.ok(first.output.includes(`Airflow: ${address}`), first.output);
    });

    it("leads Ada through it to the provider and back, with a session and a token that no plain HTTP carries", async () => {
        const ada = await Visitor.open(browser, address, {
            // Whose authority it is, the tests beside this one ask.
            ignoreHTTPSErrors: true,
        });
        assert.equal(await ada.logIn("Ada Admin"), 302);
        await ada.page.getByText("Welcome").first().waitFor();
        assert.equal(new URL(ada.page.url()).origin, address);
        // The browser's own request: nobody else finds names under localhost.
        assert.equal(await ada.page.evaluate(async () => (await fetch("/api/v2/variables")).status), 200);
        assert.deepEqual((await ada.secureCookies()).filter((name) => ["session", "_token"].includes(name)).sort(), [
            "_token",
            "session",
        ]);
    });

    it("finds nothing to change the second time", async () => {
        const second = await stage.run("up", ["--expect-no-changes"]);
        assert.equal(second.exitCode, 0, second.output);
    });

    it("leads nobody past it: a pod of the cluster reaches Envoy, and Airflow's API server does not take its call", async () => {
        const created = await stage.kubectlWith(
            JSON.stringify({
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: "stranger", namespace: "default" },
                spec: {
                    containers: [
                        {
                            name: "main",
                            image: "postgres:17.6",
                            command: ["/opt/rehearsal/node", "--eval", "setInterval(() => {}, 1000)"],
                        },
                    ],
                },
            }),
            "apply",
            "-f",
            "-",
        );
        assert.equal(created.exitCode, 0, created.output);
        const stranger = await eventually(async () => {
            const pods = await stage.objects<V1Pod>("pods");
            const pod = pods.find(({ metadata }) => metadata?.name === "stranger");
            return pod?.status?.phase === "Running" ? pod : undefined;
        });
        const pods = await stage.objects<V1Pod>("pods");
        const ip = (namespace: string, start: string): string =>
            pods.find(({ metadata }) => metadata?.namespace === namespace && metadata.name?.startsWith(start))?.status
                ?.podIP ?? assert.fail(`no pod ${start}`);
        const view = new PodView(stage.at, stranger);
        assert.equal(await view.call({ address: ip("entrance", "entrance-"), port: 10443 }), Call.accepted);
        assert.equal(await view.call({ address: ip("airflow", "airflow-api-server-"), port: 8080 }), Call.unanswered);
    });
});
