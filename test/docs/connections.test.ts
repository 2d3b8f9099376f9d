import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { connectionsFile, connectionTables, withTables } from "./connections-page.ts";

describe("docs/connections.md", () => {
    it("says what the stacks' tables say", async function () {
        this.timeout("1m");
        const page = await readFile(connectionsFile, "utf8");
        const settings = await resolveConfig(connectionsFile);
        const written = await format(withTables(page, await connectionTables()), {
            ...settings,
            filepath: connectionsFile,
        });
        assert.equal(page, written, "the connection table changed: npm run docs, and commit docs/connections.md");
    });

    it("has its tables between the lines that say so", () => {
        assert.throws(() => withTables("# Connections\n", "tables"), /docs\/connections\.md must have the lines/);
    });
});
