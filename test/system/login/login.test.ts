import assert from "node:assert/strict";

import { type Browser } from "playwright-core";

import { startBrowser, Visitor } from "./browser.ts";
import { contact, type RealAirflow, startRealAirflow } from "./real-airflow.ts";

const readDags = "/api/v2/dags";
const readVariables = "/api/v2/variables";
const startRun = "/api/v2/dags/there-is-none/dagRuns";
const aRun = { logical_date: null };

describe("Login", function () {
    this.timeout(300_000);

    let airflow: RealAirflow;
    let browser: Browser;

    before(async () => {
        airflow = await startRealAirflow();
        browser = await startBrowser(airflow.certificateFile);
    });

    after(async () => {
        try {
            await browser?.close();
        } finally {
            await airflow?.stop();
        }
    });

    const visitor = () => Visitor.open(browser, airflow.url);

    const rolesOf = (id: string) =>
        airflow.rows(
            `select r.name from ab_user u join ab_user_role ur on ur.user_id = u.id join ab_role r on r.id = ur.role_id
             where u.username like '${id}.%' order by r.name`,
        );

    /** What a person may: look at DAGs, start a run of one, look at variables. */
    async function rights(person: Visitor): Promise<{ look: boolean; run: boolean; configure: boolean }> {
        const [look, run, configure] = [
            await person.asks(readDags),
            await person.asks(startRun, aRun),
            await person.asks(readVariables),
        ];
        // No DAG of that name: told only to people who may start runs.
        assert.ok([403, 404].includes(run), `${startRun} answered ${run}`);
        return { look: look === 200, run: run === 404, configure: configure === 200 };
    }

    it("shows nothing to people who are not logged in", async () => {
        assert.equal(await (await visitor()).asks(readDags), 401);
    });

    it("makes a member of an admin group an administrator", async () => {
        const ada = await visitor();
        assert.equal(await ada.logIn("Ada Admin"), 302);
        assert.deepEqual(rolesOf("ada"), ["Admin"]);
        assert.deepEqual(await rights(ada), { look: true, run: true, configure: true });
        await ada.page.getByText("Welcome").first().waitFor();
    });

    it("lets an author run DAGs and see no configuration", async () => {
        const otto = await visitor();
        assert.equal(await otto.logIn("Otto Author"), 302);
        assert.deepEqual(rolesOf("otto"), ["User"]);
        assert.deepEqual(await rights(otto), { look: true, run: true, configure: false });
    });

    it("lets a viewer look and do nothing", async () => {
        const vera = await visitor();
        assert.equal(await vera.logIn("Vera Viewer"), 302);
        assert.deepEqual(rolesOf("vera"), ["Viewer"]);
        assert.deepEqual(await rights(vera), { look: true, run: false, configure: false });
    });

    it("refuses a member of no group with a page that says whom to ask, and keeps no account", async () => {
        const nils = await visitor();
        assert.equal(await nils.logIn("Nils Nobody"), 403);
        const page = await nils.page.locator("body").innerText();
        assert.match(page, /No access to Airflow/);
        assert.ok(page.includes(`Ask ${contact}`), page);
        assert.deepEqual(airflow.rows("select username from ab_user where username like 'nils.%'"), []);
        assert.equal(await nils.asks(readDags), 401);
    });

    it("takes roles away at the next login after a group is gone, also from a token that is still valid", async () => {
        const first = await visitor();
        airflow.provider.directory.setGroups("otto", ["airflow-authors", "platform-admins"]);
        assert.equal(await first.logIn("Otto Author"), 302);
        assert.deepEqual(rolesOf("otto"), ["Admin", "User"]);

        airflow.provider.directory.setGroups("otto", ["airflow-viewers"]);
        const second = await visitor();
        assert.equal(await second.logIn("Otto Author"), 302);
        assert.deepEqual(rolesOf("otto"), ["Viewer"]);
        assert.deepEqual(await rights(second), { look: true, run: false, configure: false });

        airflow.provider.directory.setGroups("otto", []);
        assert.equal(await (await visitor()).logIn("Otto Author"), 403);
        assert.deepEqual(rolesOf("otto"), []);
        assert.equal(await second.asks(readDags), 403);
    });

    it("logs out here and at the provider, and the token is worth nothing after", async () => {
        const vera = await visitor();
        await vera.logIn("Vera Viewer");
        const token = await vera.token();
        const withToken = async () =>
            (await fetch(`${airflow.url}${readDags}`, { headers: { authorization: `Bearer ${token}` } })).status;
        assert.equal(await withToken(), 200);

        await vera.logOut();
        assert.equal(await vera.asks(readDags), 401);
        // Known, and revoked.
        assert.equal(await withToken(), 403);
        // The provider asks again who it is, and does not remember.
        await vera.goToPersonas();
    });

    it("gives no token for a password", async () => {
        for (const password of ["", "ada", "admin"]) {
            const response = await fetch(`${airflow.url}/auth/token`, {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ username: "ada", password }),
            });
            assert.ok([400, 401].includes(response.status), `"${password}" was answered with ${response.status}`);
        }
    });

    it("asks for PKCE, a state and a nonce", async () => {
        const person = await visitor();
        const asked = person.page.waitForRequest((request) =>
            request.url().startsWith(`${airflow.provider.issuer}/auth?`),
        );
        await person.goToPersonas();
        const query = new URL((await asked).url()).searchParams;
        assert.equal(query.get("code_challenge_method"), "S256");
        for (const key of ["code_challenge", "state", "nonce"]) {
            assert.ok((query.get(key) ?? "").length >= 20, `${key} is ${query.get(key)}`);
        }
    });

    it("comes back to the address that people use, whatever a request calls it", async () => {
        const asked = await fetch(`${airflow.url}/auth/login/oidc`, {
            redirect: "manual",
            headers: {
                "x-forwarded-host": "evil.example",
                "x-forwarded-proto": "https",
                forwarded: "host=evil.example",
            },
        });
        const location = new URL(asked.headers.get("location") ?? "");
        assert.equal(location.origin, airflow.provider.issuer);
        assert.equal(location.searchParams.get("redirect_uri"), `${airflow.url}/auth/oauth-authorized/oidc`);
    });

    it("takes no answer that another browser's login asked for", async () => {
        const thief = await visitor();
        await thief.goToPersonas();
        const callback = thief.page.waitForRequest((request) => request.url().includes("/auth/oauth-authorized/"));
        await thief.page.route("**/auth/oauth-authorized/**", (route) => route.abort());
        await thief.page.getByRole("button", { name: "Ada Admin" }).click();
        const stolen = (await callback).url();

        const victim = await visitor();
        await victim.page.goto(stolen);
        assert.equal(await victim.asks(readDags), 401);
    });
});
