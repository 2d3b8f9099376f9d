import assert from "node:assert/strict";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";
import { type Browser } from "playwright-core";

import { breakGlassAccount } from "../../../components/identity/break-glass.ts";
import { shownCertificate, startBrowser, Visitor } from "../login/browser.ts";
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
        browser = await startBrowser(
            await shownCertificate(real.airflow, real.authorityFile),
            join(real.stage.at.cluster, "certificates", "identity-provider.crt"),
        );
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
        assert.match(real.airflow, /^https:\/\/airflow\.localhost:\d+$/);
        for (const told of [`Airflow: ${real.airflow}`, "Ada Admin", `trust ${real.authorityFile}`]) {
            assert.ok(real.first.output.includes(told), real.first.output);
        }
    });

    it("leads Ada to the provider and back to the same address, as an administrator", async () => {
        const ada = await visitor();
        assert.equal(await ada.logIn("Ada Admin"), 302);
        await ada.page.getByText("Welcome").first().waitFor();
        assert.equal(new URL(ada.page.url()).origin, real.airflow);
        assert.equal(await ada.asks("/api/v2/variables"), 200);
        // Which no plain HTTP carries.
        assert.deepEqual((await ada.secureCookies()).filter((name) => ["session", "_token"].includes(name)).sort(), [
            "_token",
            "session",
        ]);
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

    it("is not needed by whoever administers the cluster, while break-glass is open: Airflow's pages take its token", async () => {
        const { stdout, exitCode, output } = await real.stage.kubectl(
            ...["create", "token", breakGlassAccount, "--namespace", "airflow"],
            ...["--audience", "airflow-break-glass", "--duration", "1h"],
        );
        assert.equal(exitCode, 0, output);
        const administrator = await visitor();
        const { page } = administrator;
        await page.goto(real.airflow);
        await page.locator("#btn-signin-oidc").waitFor();
        // As docs/break-glass.md says, in the browser's console.
        const setCookie = (cookie: string) =>
            page.evaluate(`document.cookie = "${cookie}; path=/; secure; samesite=lax"`);
        await setCookie(`_token=${stdout.trim()}`);
        await page.goto(real.airflow);
        await page.getByText("Welcome").first().waitFor();
        assert.equal(await administrator.asks("/api/v2/variables"), 200);
        await setCookie("_token=; max-age=0");
        assert.equal(await administrator.asks("/api/v2/variables"), 401);
        const apiServer = component("api-server").metadata?.name ?? "";
        const { stdout: log } = await real.stage.kubectl("logs", "-n", "airflow", apiServer, "-c", "api-server");
        assert.match(log, /break-glass:\S+ is in, as an administrator/);
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
