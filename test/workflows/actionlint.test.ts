import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { workflowFile, workflowNames } from "./workflow.ts";

/** The folder whose go.mod pins it. Go builds it once and keeps it. */
const pinnedIn = join(import.meta.dirname, "actionlint");

/** What actionlint says of workflows; nothing where all is well. */
function lint(...files: string[]): string {
    const { status, stdout, stderr, error } = spawnSync("go", ["tool", "actionlint", "-no-color", ...files], {
        cwd: pinnedIn,
        encoding: "utf8",
        env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
    });
    if (error !== undefined || (status !== 0 && stdout === "")) {
        throw error ?? new Error(`actionlint could not be built or run in ${pinnedIn}: ${stderr}`);
    }
    return stdout;
}

describe("actionlint", function () {
    this.timeout(240_000);

    it("finds nothing in the workflows", () => {
        assert.equal(lint(...workflowNames.map(workflowFile)), "");
    });

    it("would find an expression that names nothing", () => {
        const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-actionlint-"));
        try {
            // Without a repository around it, it is looked at by itself.
            mkdirSync(join(folder, ".github/workflows"), { recursive: true });
            const file = join(folder, ".github/workflows/deploy.yml");
            writeFileSync(
                file,
                readFileSync(workflowFile("deploy"), "utf8").replace("inputs.environment", "inputs.nothing"),
            );
            assert.match(lint(file), /property "nothing" is not defined/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
