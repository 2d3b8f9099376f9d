import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { configFile, configTables, withConfig } from "./config-page.ts";

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
            "| `teams[].quota.pods` | whole number | `20` | it must be a whole number of pods from 1. Write it without quotes or a unit. |",
        );
        assert.match(row("teams[].owners") ?? "", /\| list of text \| must be given \|/);
        assert.match(row("airflow.database(kind: external).host") ?? "", /\| text \| must be given \|/);
        assert.match(row("mesh.policy") ?? "", /`audit` or `enforce`|`enforce` or `audit`/);
    });
});
