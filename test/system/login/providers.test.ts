import assert from "node:assert/strict";
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import { FakeProvider, type Person } from "./providers/fake-provider.ts";
import { type Shape, shapes } from "./providers/shapes.ts";
import { type LoginAnswer, Visitor } from "./providers/visitor.ts";
import { contact, type RealAirflow, startRealAirflow, type TestLogin } from "./real-airflow.ts";

/** Every printable character that a provider might put into a secret. */
const secret = `a b+c%d&e=f:g"h\\i/j?k#l;m,n~o'p<q>`;

describe("The login at each kind of provider", function () {
    this.timeout(300_000);

    let airflow: RealAirflow;
    const fakes = new Map<string, FakeProvider>();

    before(async () => {
        const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
        airflow = await startRealAirflow({
            logins: (url) => Promise.all(shapes.map((shape) => loginAt(shape, url, pair))),
        });
    });

    after(async () => {
        try {
            await airflow?.stop();
        } finally {
            await Promise.all([...fakes.values()].map((fake) => fake.close()));
        }
    });

    async function loginAt(
        shape: Shape,
        url: string,
        pair: { publicKey: KeyObject; privateKey: KeyObject },
    ): Promise<TestLogin> {
        const { provider, group = (name) => name } = shape;
        const signs = shape.fake.clientAuthentication === "private_key_jwt";
        const fake = await FakeProvider.start({
            ...shape.fake,
            redirectUri: `${url}/auth/oauth-authorized/${provider}`,
            client: signs ? { publicKey: pair.publicKey } : { secret },
        });
        fakes.set(provider, fake);
        return {
            rules: {
                provider,
                issuer: fake.issuer,
                clientId: "airflow",
                adminGroups: [group("platform-admins")],
                roles: { Viewer: [group("staff")] },
                contact,
                ...shape.rules,
            },
            client: signs ? { privateKey: pem(pair.privateKey) } : { secret },
        };
    }

    const fakeOf = (provider: string): FakeProvider => {
        const fake = fakes.get(provider);
        assert.ok(fake);
        return fake;
    };

    /** Somebody who comes from a provider in a browser of their own. */
    async function logIn(provider: string, person: Person, visitor = new Visitor(airflow.url)): Promise<LoginAnswer> {
        const fake = fakeOf(provider);
        fake.person = person;
        return visitor.logIn(provider);
    }

    const rolesOf = (sub: string) =>
        airflow.rows(
            `select r.name from ab_user u join ab_user_role ur on ur.user_id = u.id join ab_role r on r.id = ur.role_id
             where u.username like '${sub}.%' order by r.name`,
        );

    const refused = (answer: LoginAnswer, status: number, ...texts: RegExp[]) => {
        assert.equal(answer.status, status, answer.text);
        for (const text of texts) {
            assert.match(answer.text, text);
        }
    };

    for (const shape of shapes) {
        const { provider, group = (name: string) => name } = shape;

        it(`gives people of ${provider} the roles of their groups, and tells the others why they have none`, async () => {
            const member = (sub: string, ...groups: string[]) =>
                logIn(provider, { sub, ...shape.member(groups.map(group)) });

            const admin = await member(`${provider}-ada`, "platform-admins");
            assert.equal(admin.status, 302, admin.text);
            assert.deepEqual(rolesOf(`${provider}-ada`), ["Admin"]);

            refused(await member(`${provider}-nils`, "others"), 403, /none of the person.* 1 groups has a role/);
            refused(
                await logIn(provider, { sub: `${provider}-nils`, idToken: { nickname: "nils" } }),
                403,
                /there is no claim/,
                /<code>login\.groupsClaim, login\.scopes<\/code>/,
            );
            refused(
                await logIn(provider, { sub: `${provider}-nils`, ...shape.unreadable }),
                403,
                /is a number, and no list of groups/,
            );
            assert.deepEqual(airflow.rows(`select 1 from ab_user where username like '${provider}-nils.%'`), []);
        });
    }

    describe("keeps out, with a page that says what to do,", () => {
        it("somebody whose groups are left out because there are too many", async () => {
            const person = {
                sub: "many",
                idToken: { _claim_names: { roles: "src1" }, _claim_sources: { src1: { endpoint: "https://graph" } } },
            };
            refused(
                await logIn("entra", person),
                403,
                /left out because the person is in too many groups; use app roles/,
            );
        });

        it("somebody whose role hangs on an address that is not verified", async () => {
            for (const email_verified of [false, undefined, "false"]) {
                const idToken = { email: "platform-admins@example.com", email_verified };
                refused(await logIn("google", { sub: "mallory", idToken }), 403, /has not verified your e-mail/);
            }
        });

        it("a new person with the address of another account, whose account stays as it is", async () => {
            const claims = { groups: ["platform-admins"], email: "ada@example.com", email_verified: true, name: "Ada" };
            assert.equal((await logIn("okta", { sub: "one", idToken: claims })).status, 302);
            refused(await logIn("okta", { sub: "two", idToken: claims }), 409, /airflow users delete/);
            assert.deepEqual(rolesOf("one"), ["Admin"]);
            // Nobody can take an address that the provider doubts, and keep its owner out.
            const doubted = { ...claims, email_verified: false };
            assert.equal((await logIn("okta", { sub: "three", idToken: doubted })).status, 302);
        });

        it("nobody for fields that are longer than Airflow's, or hold what a database cannot", async () => {
            const long = "x".repeat(2000);
            const idToken = {
                groups: ["platform-admins"],
                email: `${long}@example.com`,
                name: long,
                given_name: `\u0000${long}`,
                family_name: 5,
            };
            assert.equal((await logIn("okta", { sub: `long${"s".repeat(400)}`, idToken })).status, 302);
        });

        it("somebody whose account is switched off", async () => {
            const idToken = { groups: ["platform-admins"] };
            assert.equal((await logIn("okta", { sub: "off", idToken })).status, 302);
            airflow.rows("update ab_user set active = false where username like 'off.%' returning 1");
            refused(await logIn("okta", { sub: "off", idToken }), 403, /switched off/);
        });

        for (const [error, status, text] of [
            ["invalid_scope", 502, /<code>login\.scopes<\/code>/],
            ["unauthorized_client", 502, /<code>login\.clientId<\/code>/],
            ["access_denied", 403, /does not let you in/],
            ["server_error", 502, /could not log the person in/],
        ] as const) {
            it(`whom the provider answers ${error}`, async () => {
                const fake = fakeOf("gitlab");
                fake.answers = { error, error_description: "said <b>so</b>" };
                try {
                    const answer = await logIn("gitlab", { sub: "any" });
                    refused(answer, status, text, new RegExp(`${error} \\(said &lt;b&gt;so&lt;/b&gt;\\)`));
                } finally {
                    fake.answers = undefined;
                }
            });
        }

        it("who comes with an error that no login of theirs asked for, without repeating it or logging them out", async () => {
            const visitor = new Visitor(airflow.url);
            assert.equal((await logIn("okta", { sub: "victim", idToken: { groups: ["staff"] } }, visitor)).status, 302);
            const answer = await visitor.comeBack(
                `${airflow.url}/auth/oauth-authorized/okta?error=access_denied&error_description=call+me&state=made-up`,
            );
            refused(answer, 403, /begun in another browser/);
            assert.doesNotMatch(answer.text, /call me/);
            assert.equal(await visitor.isIn(), true);
        });
    });

    it("finds an account by issuer and subject, so that one subject at two providers is two people", async () => {
        const sub = "same";
        assert.equal((await logIn("okta", { sub, idToken: { groups: ["platform-admins"] } })).status, 302);
        assert.equal((await logIn("cognito", { sub, idToken: { "cognito:groups": ["staff"] } })).status, 302);
        assert.deepEqual(rolesOf(sub), ["Admin", "Viewer"]);
        // Airflow compares the names of accounts without regard to case.
        assert.equal((await logIn("okta", { sub: "SAME", idToken: { groups: ["staff"] } })).status, 302);
        assert.deepEqual(rolesOf(sub), ["Admin", "Viewer"]);
    });

    it("takes the roles of somebody who has no group any more, whatever the reason", async () => {
        const sub = "leaver";
        for (const idToken of [{ groups: ["others"] }, {}, { groups: 42 }]) {
            assert.equal((await logIn("okta", { sub, idToken: { groups: ["platform-admins"] } })).status, 302);
            assert.deepEqual(rolesOf(sub), ["Admin"]);
            refused(await logIn("okta", { sub, idToken }), 403);
            assert.deepEqual(rolesOf(sub), []);
        }
    });

    describe("under attack", () => {
        const forged = async (forge: (idToken: string, fake: FakeProvider) => string): Promise<LoginAnswer> => {
            const fake = fakeOf("okta");
            fake.forge = (idToken) => forge(idToken, fake);
            try {
                return await logIn("okta", { sub: "mallory", idToken: { groups: ["others"] } });
            } finally {
                fake.forge = undefined;
            }
        };

        it("takes what the provider itself signs anew, so that the forged ones below fail for their fault alone", async () => {
            const answer = await forged((token, { signingKey }) => resigned(token, signingKey, { groups: ["staff"] }));
            assert.equal(answer.status, 302, answer.text);
        });

        for (const [what, changes] of Object.entries({
            "another issuer": { iss: "https://login.example.com" },
            "another audience": { aud: "other" },
            "another audience beside ours": { aud: ["airflow", "other"] },
            "another nonce": { nonce: "made-up" },
            "no nonce": { nonce: undefined },
            "an end that has passed": { exp: Math.floor(Date.now() / 1000) - 120 },
            "a beginning in the future": { nbf: Math.floor(Date.now() / 1000) + 3600 },
            "nobody it is about": { sub: "" },
        })) {
            it(`refuses a token with ${what}`, async () => {
                const answer = await forged((token, { signingKey }) =>
                    resigned(token, signingKey, { groups: ["platform-admins"], ...changes }),
                );
                refused(answer, 403, /The login failed/, /the ID token proves nothing/);
            });
        }

        it("refuses a token without a signature, or with one by a password", async () => {
            const admin = { groups: ["platform-admins"] };
            refused(await forged((token) => unsigned(token, admin)), 403, /by an algorithm that the provider does not/);
            refused(
                await forged((token, { signingKey }) => byPassword(token, publicPem(signingKey), admin)),
                403,
                /by an algorithm that the provider does not/,
            );
            refused(await forged((token) => byPassword(token, secret, admin)), 403, /by an algorithm/);
        });

        it("refuses a token of another key under the same name", async () => {
            const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
            const answer = await forged((token) => resigned(token, privateKey, { groups: ["platform-admins"] }));
            refused(answer, 403, /no valid signature/);
        });

        it("gives no role for a group whose name is like one that has", async () => {
            for (const name of [
                "Platform-Admins",
                "platform-admins ",
                "ｐlatform-admins",
                "platform-admins-friends",
                "the platform-admins",
                "staff,platform-admins",
                "platform\u2010admins",
            ]) {
                refused(await logIn("okta", { sub: "mallory", idToken: { groups: [name] } }), 403);
                refused(await logIn("okta", { sub: "mallory", idToken: { groups: name } }), 403);
            }
        });

        it("gives no role for a claim that is not the one of the groups", async () => {
            const fake = fakeOf("okta");
            fake.forge = (token) =>
                resigned(token, fake.signingKey, {
                    groups: ["staff"],
                    role_keys: ["platform-admins"],
                    roles: ["Admin"],
                    role_names: ["Admin"],
                    "groups.0": ["platform-admins"],
                });
            try {
                assert.equal((await logIn("okta", { sub: "injector" })).status, 302);
            } finally {
                fake.forge = undefined;
            }
            assert.deepEqual(rolesOf("injector"), ["Viewer"]);
        });

        it("takes a code once, and from the browser whose login it ends", async () => {
            const fake = fakeOf("okta");
            fake.person = { sub: "victim", idToken: { groups: ["staff"] } };
            const victim = new Visitor(airflow.url);
            const there = await victim.goThere("okta");
            const thief = new Visitor(airflow.url);
            refused(await thief.comeBack(there), 403, /begun in another browser/);
            // A login of the thief's own, with the victim's code put into it.
            const own = new URL(await thief.goThere("okta"));
            own.searchParams.set("code", new URL(there).searchParams.get("code") ?? "");
            refused(await thief.comeBack(own.href), 502, /the provider does not take the code/);
            assert.equal(await thief.isIn(), false);

            const other = new Visitor(airflow.url);
            const answer = await other.logIn("okta");
            assert.equal(answer.status, 302);
            refused(await other.comeBack(answer.url), 403, /was finished already/);
        });

        it("refuses the answer of another provider, and one with another login's state", async () => {
            const visitor = new Visitor(airflow.url);
            fakeOf("okta").person = { sub: "victim", idToken: { groups: ["staff"] } };
            const first = new URL(await visitor.goThere("okta"));
            first.searchParams.set("iss", "https://login.example.com");
            refused(await visitor.comeBack(first.href), 403, /comes from another provider/);

            const one = new URL(await visitor.goThere("okta"));
            const two = new URL(await visitor.goThere("okta"));
            one.searchParams.set("state", two.searchParams.get("state") ?? "");
            const answer = await visitor.comeBack(one.href);
            refused(answer, 502, /the provider does not take the code/);
        });

        it("sends nobody to another site after the login", async () => {
            for (const next of [
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "https:evil.example",
                "javascript:alert(1)",
                "https://evil.example/\u0000",
            ]) {
                fakeOf("okta").person = { sub: "victim", idToken: { groups: ["staff"] } };
                const visitor = new Visitor(airflow.url);
                const answer = await visitor.logIn("okta", `?next=${encodeURIComponent(next)}`);
                const end = new URL(answer.location ?? "", airflow.url);
                assert.equal(end.origin, airflow.url, `${next} led to ${end.href}`);
            }
        });

        it("gives a browser a new session at the login, so that one that was planted is worth nothing", async () => {
            const attacker = new Visitor(airflow.url);
            await attacker.get(`${airflow.url}/auth/login/`);
            await attacker.goThere("okta");
            const planted = attacker.cookie("session") ?? "";
            assert.notEqual(planted, "");

            const victim = new Visitor(airflow.url);
            victim.setCookie("session", planted);
            assert.equal((await logIn("okta", { sub: "victim", idToken: { groups: ["staff"] } }, victim)).status, 302);
            assert.notEqual(victim.cookie("session"), planted);
            assert.equal(await victim.isIn(), true);
            assert.equal(await attacker.isIn(), false);
        });

        it("takes no token that another deployment's Airflow has made", async () => {
            const visitor = new Visitor(airflow.url);
            await logIn("okta", { sub: "victim", idToken: { groups: ["staff"] } }, visitor);
            for (const path of ["/auth/", "/"]) {
                await visitor.get(`${airflow.url}${path}`);
            }
            const [, token = ""] =
                /^_token=([^;]+)/.exec(visitor.set.findLast((line) => line.startsWith("_token=")) ?? "") ?? [];
            const asks = async (bearer: string) =>
                (await fetch(`${airflow.url}/api/v2/dags`, { headers: { authorization: `Bearer ${bearer}` } })).status;
            assert.equal(await asks(token), 200);
            const [head = "", body = ""] = token.split(".");
            for (const [algorithm, digest] of [
                ["HS512", "sha512"],
                ["HS256", "sha256"],
            ] as const) {
                const input = `${part({ ...(JSON.parse(Buffer.from(head, "base64url").toString()) as object), alg: algorithm })}.${body}`;
                const signature = createHmac(digest, "another deployment's secret").update(input).digest("base64url");
                assert.notEqual(await asks(`${input}.${signature}`), 200);
            }
            assert.notEqual(await asks(`${part({ alg: "none", typ: "JWT" })}.${body}.`), 200);
        });

        it("keeps its cookie from scripts and from other sites' requests", async () => {
            const visitor = new Visitor(airflow.url);
            await logIn("okta", { sub: "victim", idToken: { groups: ["staff"] } }, visitor);
            const cookies = visitor.set.filter((line) => line.startsWith("session="));
            assert.ok(cookies.length > 0);
            for (const line of cookies) {
                assert.match(line, /; HttpOnly/i);
                assert.match(line, /; SameSite=Lax/i);
                assert.match(line, /; Path=\//i);
            }
        });
    });

    it("writes why a login ended into the log, and nothing that a token says", async () => {
        const canary = "canary-4f1d";
        const idToken = { groups: [`${canary}-group`], email: `${canary}@example.com`, name: `${canary} name` };
        const answer = await logIn("okta", { sub: `${canary}-sub`, idToken });
        const [, reference] = /log this is (\w+)/.exec(answer.text) ?? [];
        assert.match(
            airflow.log(),
            new RegExp(`Login ${reference} at okta ended: none of the person's 1 groups has a role`),
        );
        refused(
            await logIn("okta", { sub: `${canary}-sub`, idToken: { ...idToken, groups: { [canary]: false } } }),
            403,
        );
        assert.equal(
            (await logIn("okta", { sub: `${canary}-sub`, idToken: { ...idToken, groups: ["staff"] } })).status,
            302,
        );
        // Airflow itself writes down whose account it makes and changes.
        const repeating = airflow
            .log()
            .split("\n")
            .filter((line) => line.includes(canary) && !/(Added|Updated) user/.test(line));
        assert.deepEqual(repeating, []);
    });
});

function pem(key: KeyObject): string {
    return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function publicPem(key: KeyObject): string {
    return createPublicKey(key).export({ format: "pem", type: "spki" }).toString();
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const claimsOf = (token: string): object =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as object;

/** With the provider's own key, or another of the same name. */
function resigned(token: string, key: KeyObject, changes: object): string {
    const input = `${part({ alg: "RS256", kid: "one" })}.${part({ ...claimsOf(token), ...changes })}`;
    return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function unsigned(token: string, changes: object): string {
    return `${part({ alg: "none", kid: "one" })}.${part({ ...claimsOf(token), ...changes })}.`;
}

function byPassword(token: string, password: string, changes: object): string {
    const input = `${part({ alg: "HS256", kid: "one" })}.${part({ ...claimsOf(token), ...changes })}`;
    return `${input}.${createHmac("sha256", password).update(input).digest("base64url")}`;
}
