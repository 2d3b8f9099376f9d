import assert from "node:assert/strict";

import { denialPage } from "../../../../components/entrance/uis/denial-page.ts";
import { type Attack } from "../../../support/attacks/attack.ts";
import { refusesAttacks } from "../../../support/attacks/attacks.ts";
import { type AnyObject, eventually } from "../../bare-cluster.ts";
import { type Asked } from "../backend.ts";
import { entrance, uiHost } from "../door-objects.ts";
import { type EntranceCluster } from "../entrance-cluster.ts";
import { sharedEntrance } from "../shared-entrance.ts";
import { type Answer, type Visitor } from "../visitor.ts";
import { contact, group, heldUi } from "./held-ui.ts";
import { clientId, LoginProvider } from "./login-provider.ts";
import { Person } from "./person.ts";

const ui = `https://${uiHost}/goods?kind=all`;
const background = { headers: { "sec-fetch-mode": "cors" } };

/** People by the names of the rehearsal's directory, each with a browser of their own. */
interface Street {
    readonly visitor: Visitor;
    readonly provider: LoginProvider;
    readonly ada: Person;
    readonly vera: Person;
}

const told = (answer: Answer): Asked => JSON.parse(answer.body) as Asked;

/** What became of a request: undefined where the UI answered it. */
function refusal({ status, headers, body }: Answer, issuer: string): string | undefined {
    if (status === 200) {
        return undefined;
    }
    const where = headers.location?.startsWith(issuer) === true ? ", to the provider" : "";
    return `the answer is ${String(status)}${where}: ${body}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const claims = (issuer: string) => {
    const now = Math.floor(Date.now() / 1000);
    return {
        iss: issuer,
        aud: clientId,
        sub: "ada",
        email: "ada@example.com",
        groups: [group],
        iat: now,
        exp: now + 600,
    };
};
const unsigned = (issuer: string): string => `${encoded({ alg: "none", typ: "JWT" })}.${encoded(claims(issuer))}.`;

const cookie = (name: string): string => `entrance-${name}-ui`;

/** By somebody who brings headers, a query and cookies. */
function tries(
    name: string,
    says: RegExp,
    how: (street: Street) => { headers?: Record<string, string>; query?: string; cookies?: Iterable<[string, string]> },
): Attack<Street> {
    return {
        name,
        says,
        async attempt(street) {
            const { headers, query = "", cookies = [] } = how(street);
            const brought = [...cookies].map((pair) => pair.join("=")).join("; ");
            const answer = await street.visitor.ask({
                host: uiHost,
                path: `/goods${query}`,
                headers: { ...headers, ...(brought === "" ? {} : { cookie: brought }) },
            });
            return refusal(answer, street.provider.issuer);
        },
    };
}

const toTheProvider = /the answer is 302, to the provider/;
const noMember = /the answer is 403.*You have no access/s;

const attacks: readonly Attack<Street>[] = [
    tries("a request without a login", toTheProvider, () => ({})),
    tries("an identity of its own in the headers that a UI reads", toTheProvider, () => ({
        headers: { "x-auth-request-email": "ada@example.com", "x-auth-request-user": "ada" },
    })),
    tries("a token of its own making as a bearer", toTheProvider, ({ provider }) => ({
        headers: { authorization: `Bearer ${unsigned(provider.issuer)}` },
    })),
    tries("a token of its own making in the address", toTheProvider, ({ provider }) => ({
        query: `?access_token=${unsigned(provider.issuer)}&id_token=${unsigned(provider.issuer)}`,
    })),
    tries("a token of its own making in the login's cookie", toTheProvider, ({ provider }) => ({
        cookies: [
            [cookie("id"), unsigned(provider.issuer)],
            [cookie("access"), "access"],
        ],
    })),
    tries("a token of its own making in the cookie of a login that it has", toTheProvider, ({ vera, provider }) => ({
        cookies: new Map([...vera.cookies, [cookie("id"), unsigned(provider.issuer)]]),
    })),
    tries("the token of somebody else in the cookie of a login that it has", toTheProvider, ({ vera, ada }) => ({
        cookies: new Map([...vera.cookies, [cookie("id"), ada.cookies.get(cookie("id")) ?? ""]]),
    })),
    tries("the login of somebody who is in none of the groups", noMember, ({ vera }) => ({ cookies: vera.cookies })),
    {
        name: "the login of somebody whose group has the UI's group in its name",
        says: noMember,
        async attempt({ visitor, provider }) {
            await provider.setGroups(visitor, "nils", [`${group}-of-old`, `old-${group}`, group.toUpperCase()]);
            const nils = new Person(visitor, provider);
            return refusal(await nils.go(ui, "nils"), provider.issuer);
        },
    },
    {
        name: "the provider's answer to somebody else's login",
        says: /the answer is 401/,
        async attempt({ visitor, provider }) {
            const begun = new Person(visitor, provider);
            const { location = "" } = (await begun.ask(ui)).headers;
            const state = new URL(location, ui).searchParams.get("state") ?? "";
            const query = new URLSearchParams({ code: "a-code", state }).toString();
            return refusal(await visitor.ask({ host: uiHost, path: `/oauth2/callback?${query}` }), provider.issuer);
        },
    },
];

describe("a UI behind the login of the entrance", function () {
    // The first run on a machine builds Envoy Gateway.
    this.timeout("40m");

    let cluster: EntranceCluster;
    let street: Street;
    let objects: AnyObject[];

    before(async () => {
        cluster = await sharedEntrance();
        const provider = await LoginProvider.start(cluster);
        objects = await heldUi(provider);
        const visitor = await cluster.visitor("people");
        street = { visitor, provider, ada: new Person(visitor, provider), vera: new Person(visitor, provider) };
        await cluster.create(objects);
        await held(true);
        // Until Envoy has found the provider and its keys.
        street = { ...street, ada: await loggedIn("ada"), vera: await loggedIn("vera") };
    });

    after(() => street.provider.stop());

    /** Once Envoy was told it. */
    async function held(is: boolean): Promise<void> {
        const wanted = is ? 302 : 200;
        await eventually(async () => {
            const { status } = await street.visitor.ask({ host: uiHost });
            return status === wanted ? true : undefined;
        });
    }

    function loggedIn(name: string): Promise<Person> {
        return eventually(async () => {
            const person = new Person(street.visitor, street.provider);
            const { status } = await person.go(ui, name);
            return [200, 403].includes(status) ? person : undefined;
        });
    }

    const count = async (): Promise<number> => told(await street.visitor.ask()).count;

    it("sends whoever has not logged in to the provider, with a proof of its own, and the UI hears nothing", async () => {
        const before = await count();
        const { status, headers } = await street.visitor.ask({ host: uiHost, path: "/goods" });
        assert.equal(status, 302);
        const { origin, pathname, searchParams } = new URL(headers.location ?? "");
        assert.deepEqual([origin, pathname], [street.provider.issuer, "/auth"]);
        assert.equal(searchParams.get("client_id"), clientId);
        assert.equal(searchParams.get("redirect_uri"), `https://${uiHost}/oauth2/callback`);
        assert.equal(searchParams.get("code_challenge_method"), "S256");
        assert.equal(searchParams.get("scope"), "openid email groups");
        assert.equal(await count(), before + 1);
    });

    it("refuses what a page asks for in the background, and sends it nowhere", async () => {
        const { status, headers } = await street.visitor.ask({ host: uiHost, ...background });
        assert.deepEqual([status, headers.location], [401, undefined]);
    });

    it("is there for a member of its groups, at the address that was asked for", async () => {
        const { method, url, headers } = told(await new Person(street.visitor, street.provider).go(ui, "ada"));
        assert.deepEqual([method, url, headers.host], ["GET", "/goods?kind=all", uiHost]);
    });

    it("is told who asks by the provider's word, whatever a client says", async () => {
        const forged = { "x-auth-request-email": "otto@example.com", "x-auth-request-user": "otto" };
        const { headers } = told(await street.ada.ask(ui, { headers: forged }));
        assert.deepEqual([headers["x-auth-request-email"], headers["x-auth-request-user"]], ["ada@example.com", "ada"]);
    });

    it("gets no token and no cookie, neither the login's nor others", async () => {
        const brought = [...street.ada.cookies, ["theme", "dark"]].map((pair) => pair.join("=")).join("; ");
        const answer = await street.ada.ask(ui, { headers: { cookie: brought, authorization: "Bearer of-somebody" } });
        const { headers } = told(answer);
        assert.deepEqual([headers.cookie, headers.authorization], [undefined, undefined]);
        const parts = [...street.ada.cookies.values()];
        assert.ok(parts.length >= 3, parts.join(", "));
        parts.forEach((value) => {
            assert.ok(!answer.body.includes(value));
        });
        assert.ok(!/eyJ[\w-]+\.eyJ/.test(answer.body), "no token in any other header");
    });

    it("shows somebody in none of its groups whom to ask, and hears nothing of it", async () => {
        const before = await count();
        const { status, headers, body } = await street.vera.ask(ui);
        assert.equal(status, 403);
        assert.equal(headers["content-type"], "text/html; charset=utf-8");
        assert.equal(body, denialPage(uiHost, [group], contact));
        assert.equal(await count(), before + 1);
    });

    it("is there at the next login for who has become a member, as its page says", async () => {
        await street.provider.setGroups(street.visitor, "otto", []);
        const otto = new Person(street.visitor, street.provider);
        assert.equal((await otto.go(ui, "otto")).status, 403);
        await street.provider.setGroups(street.visitor, "otto", ["staff", group]);
        assert.equal((await otto.ask(ui)).status, 403, "the token is of before");
        await otto.ask(`https://${uiHost}/oauth2/logout`);
        assert.equal((await otto.go(ui, "otto")).status, 200);
    });

    it("keeps its login in cookies of this host alone that neither scripts nor plain HTTP have", () => {
        const kept = street.ada.set.filter((line) => !/max-age=0|expires=thu, 01 jan 1970/i.test(line));
        assert.ok(
            kept.some((line) => line.startsWith(cookie("id"))),
            kept.join("\n"),
        );
        for (const line of kept) {
            assert.match(line, /;\s*secure/i);
            assert.match(line, /;\s*httponly/i);
            assert.match(line, /;\s*samesite=lax/i);
            assert.doesNotMatch(line, /;\s*domain=/i);
            assert.doesNotMatch(line, /=eyJ/, "the token is sealed");
        }
    });

    refusesAttacks(
        "somebody who may not come",
        {
            name: "the login at the entrance",
            guarded: () => street,
            unguarded: async () => {
                cluster.kubectl(["delete", "securitypolicy/ui", "-n", entrance]);
                await held(false);
                return street;
            },
            restore: async () => {
                await cluster.create(objects.filter(({ kind }) => kind === "SecurityPolicy"));
                await held(true);
            },
        },
        attacks,
    );
});
