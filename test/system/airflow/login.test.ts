import assert from "node:assert/strict";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";
import { type Browser } from "playwright-core";

import { startBrowser, Visitor } from "../login/browser.ts";
import { seenFrom } from "../pod-view.ts";
import { type RealStage, realStage } from "./real-stage.ts";

const discovery = "/.well-known/openid-configuration";

describe("the login of the dev stack, as `make up` leaves it", function () {
    this.timeout("10m");

    let real: RealStage;
    let browser: Browser;
    let pods: V1Pod[];

    before(async () => {
        real = await realStage();
        browser = await startBrowser(join(real.stage.at.cluster, "certificates", "identity-provider.crt"));
        pods = (await real.stage.objects<V1Pod>("pods")).filter(({ metadata }) => metadata?.namespace === "airflow");
    });

    after(async () => {
        await browser?.close();
    });

    const visitor = () => Visitor.open(browser, real.airflow);
    const component = (name: string): V1Pod => {
        const found = pods.find(({ metadata }) => metadata?.labels?.component === name);
        assert.ok(found, `no pod of ${name}`);
        return found;
    };

    it("is told at the end of up: where, and as whom", () => {
        assert.ok(real.first.output.includes(`Airflow: ${real.airflow}`), real.first.output);
        assert.match(real.first.output, /Ada Admin/);
    });

    it("leads Ada to the provider and back to the same address, as an administrator", async () => {
        const ada = await visitor();
        assert.equal(await ada.logIn("Ada Admin"), 302);
        await ada.page.getByText("Welcome").first().waitFor();
        assert.equal(new URL(ada.page.url()).origin, real.airflow);
        assert.equal(await ada.asks("/api/v2/variables"), 200);
    });

    it("gives authors and viewers what the stack says, and refuses whoever is in no group", async () => {
        const otto = await visitor();
        assert.equal(await otto.logIn("Otto Author"), 302);
        assert.deepEqual([await otto.asks("/api/v2/dags"), await otto.asks("/api/v2/variables")], [200, 403]);
        const vera = await visitor();
        assert.equal(await vera.logIn("Vera Viewer"), 302);
        const run = { logical_date: null };
        assert.equal(await vera.asks("/api/v2/dags"), 200);
        assert.equal(await vera.asks("/api/v2/dags/values/dagRuns", run), 403);
        const nils = await visitor();
        assert.equal(await nils.logIn("Nils Nobody"), 403);
        assert.match(await nils.page.locator("body").innerText(), /Ask the platform team, platform-team@example\.com/);
    });

    it("ends here and at the provider, which asks again who it is", async () => {
        const vera = await visitor();
        await vera.logIn("Vera Viewer");
        await vera.logOut();
        assert.equal(new URL(vera.page.url()).origin, real.airflow);
        assert.equal(await vera.asks("/api/v2/dags"), 401);
        await vera.goToPersonas();
    });

    it("reaches the provider from the API server under the address that browsers use, and from nowhere else", async () => {
        const from = (name: string) => seenFrom(real.stage.at, component(name), `${real.identityProvider}${discovery}`);
        assert.equal(await from("api-server"), "200");
        for (const name of ["scheduler", "dag-processor", "triggerer"]) {
            assert.equal(await from(name), "ECONNREFUSED", name);
        }
    });

    it("shows the client's secret to the API server only", () => {
        const holders = pods.filter(({ spec }) => JSON.stringify(spec).includes("airflow-login-client"));
        assert.deepEqual(
            holders.map(({ metadata }) => metadata?.labels?.component),
            ["api-server"],
        );
    });
});
