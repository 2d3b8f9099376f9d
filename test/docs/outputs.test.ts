import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { currentContract } from "../components/platform/contract-changes.ts";
import { outputsFile, outputsTable, withOutputs } from "./outputs-page.ts";

describe("docs/outputs.md", () => {
    it("says what the contract says", async () => {
        const page = await readFile(outputsFile, "utf8");
        const settings = { ...(await resolveConfig(outputsFile)), filepath: outputsFile };
        const written = await format(withOutputs(page, outputsTable(currentContract())), settings);
        assert.equal(page, written, "an output changed: npm run docs, and commit docs/outputs.md");
    });

    it("has a row for a part of an output, with its type and when it is given", () => {
        assert.match(
            outputsTable(currentContract()),
            /^\| `teams\.<key>\.roleArn` \| string \| may be left out \| 0\.1\.0 \| ARN of the tasks' IAM role\./m,
        );
    });
});
