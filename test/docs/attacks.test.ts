import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { attacksFile, attackTables, testedAttacks, withAttacks } from "./attacks-page.ts";

describe("docs/attacks.md", () => {
    it("lists every attack that is tested, and none that is not", async function () {
        this.timeout("1m");
        const page = await readFile(attacksFile, "utf8");
        const settings = await resolveConfig(attacksFile);
        const written = await format(withAttacks(page, attackTables()), { ...settings, filepath: attacksFile });
        assert.equal(page, written, "the attacks changed: npm run docs, and commit docs/attacks.md");
    });

    it("has attacks on every authority that the design names", function () {
        this.timeout("1m");
        const authorities = testedAttacks().map(({ authority }) => authority);
        for (const authority of [
            "the executor of teams",
            "the admission gate",
            "RBAC in the API server",
            "the proof that the login asks of an ID token",
            "IAM, by the policies of a team's role",
            "IAM, by the permissions boundary",
        ]) {
            assert.ok(authorities.includes(authority), authority);
        }
    });
});
