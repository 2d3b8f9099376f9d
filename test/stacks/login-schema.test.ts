import assert from "node:assert/strict";

import { checkedLogin, loginSchema } from "../../stacks/login-schema.ts";

const good = {
    issuer: "https://login.example.com/realms/staff",
    clientId: "airflow",
    clientSecret: "s3cret",
    adminGroups: ["platform-admins"],
    contact: "the platform team",
};

function problems(changes: object): string[] {
    const result = loginSchema.safeParse({ ...good, ...changes });
    if (!result.success) {
        return result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    }
    const refused: string[] = [];
    checkedLogin(result.data, (path, value, rule) => {
        refused.push(`${path.join(".")} is ${JSON.stringify(value)}: ${rule}`);
    });
    return refused;
}

describe("The key login", () => {
    it("takes the least that a provider needs", () => {
        assert.deepEqual(problems({}), []);
    });

    it("keeps the client's secret apart from the rules", () => {
        const { clientSecret, rules } = checkedLogin(loginSchema.parse(good), () => {
            assert.fail("nothing is wrong");
        });
        assert.equal(clientSecret, "s3cret");
        assert.ok(!("clientSecret" in rules));
    });

    for (const issuer of [
        "http://login.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "https://example.com/?x",
        "login.example.com",
        "ftp://example.com",
        "",
    ]) {
        it(`refuses the issuer "${issuer}"`, () => {
            assert.match(problems({ issuer })[0] ?? "", /^issuer: it must/);
        });
    }

    for (const issuer of ["http://127.0.0.1:9080", "http://localhost:9080", "https://login.example.com"]) {
        it(`takes the issuer "${issuer}"`, () => {
            assert.deepEqual(problems({ issuer }), []);
        });
    }

    it("refuses a stack in which nobody is an administrator", () => {
        assert.match(problems({ adminGroups: [] })[0] ?? "", /^adminGroups: it must have a group/);
    });

    it("refuses a group with two roles, and names both places", () => {
        const [first] = problems({ roles: { Viewer: ["staff", "platform-admins"] } });
        assert.match(first ?? "", /^roles.Viewer.1 is "platform-admins": it is in adminGroups already/);
        const [second] = problems({ roles: { User: ["staff"], Viewer: ["staff"] } });
        assert.match(second ?? "", /^roles.Viewer.0 is "staff": it is in roles.User already/);
    });

    it("refuses the role that everybody would have", () => {
        assert.match(problems({ roles: { Public: ["staff"] } })[0] ?? "", /^roles/);
    });

    it("refuses scopes without openid", () => {
        assert.match(problems({ scopes: ["groups"] })[0] ?? "", /"openid"/);
    });

    it("refuses a key that does not exist", () => {
        assert.equal(problems({ defaultRole: "Viewer" }).length, 1);
    });
});
