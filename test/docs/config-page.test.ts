import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import { checkout } from "../../rehearsal/place.ts";
import { configFile, configSince, configTables, withConfig } from "./config-page.ts";

describe("docs/config.md", () => {
    it("says what the program's schema says", async () => {
        const page = await readFile(configFile, "utf8");
        const settings = { ...(await resolveConfig(configFile)), filepath: configFile };
        const written = await format(withConfig(page, configTables()), settings);
        assert.equal(page, written, "a key changed: npm run docs, and commit docs/config.md");
    });

    it("has a row for a key within a list and within one of several forms, with type, default and rule", () => {
        const rows = configTables().split("\n");
        const row = (key: string) => rows.find((line) => line.startsWith(`| \`${key}\` |`));
        assert.equal(
            row("teams[].quota.pods"),
            "| `teams[].quota.pods` | whole number | `20` | 0.1.0 | it must be a whole number of pods from 1. Write it without quotes or a unit. |",
        );
        assert.match(row("teams[].owners") ?? "", /\| list of text \| must be given \|/);
        assert.match(row("airflow.database(kind: external).host") ?? "", /\| text \| must be given \|/);
        assert.match(row("mesh.policy") ?? "", /`audit` or `enforce`|`enforce` or `audit`/);
    });

    it("says of a key that a release had which one, and of every other the one to come", () => {
        const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
        const since = configSince({ "mesh.policy": "0.0.9" });
        assert.equal(since.get("mesh.policy"), "0.0.9");
        assert.equal(since.get("mesh.egress"), version);
        assert.match(configTables(since), /^\| `mesh\.policy` \| [^|]*\| [^|]*\| 0\.0\.9 \|/m);
    });
});
