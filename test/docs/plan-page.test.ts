import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { planFile, planTable, withPlan } from "./plan-page.ts";

describe("docs/plan.md", () => {
    it("says what the rules say", async () => {
        const page = await readFile(planFile, "utf8");
        const written = await format(withPlan(page, planTable()), {
            ...(await resolveConfig(planFile)),
            filepath: planFile,
        });
        assert.equal(page, written, "the rules of plan changed: npm run docs, and commit docs/plan.md");
    });
});
