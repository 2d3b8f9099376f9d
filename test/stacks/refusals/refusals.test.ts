import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ProgramFailure, record } from "../../../rehearsal/recording/recording.ts";
import { chartValueRefusals } from "./chart-values.ts";
import { clusterRefusals } from "./clusters.ts";
import { loginRefusals } from "./logins.ts";
import { canary, type RefusedStack } from "./refused-stack.ts";
import { secretRefusals } from "./secrets.ts";

describe("a preview refuses", function () {
    this.timeout(120_000);

    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-refused-"));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    /** The program's own words, once nothing was registered. */
    async function refusal({ sections, encrypted = [], files = {} }: RefusedStack): Promise<string> {
        for (const [name, content] of Object.entries(files)) {
            writeFileSync(join(folder, name), content, { mode: 0o600 });
        }
        const how = { preview: true, config: sections(folder), secretKeys: [...encrypted] };
        // Not one made for several: what is refused may stand in a file, at one path.
        const failure: unknown = await record("dev", how).catch((error: unknown) => error);
        for (const name of Object.keys(files)) {
            rmSync(join(folder, name));
        }
        assert.ok(failure instanceof ProgramFailure, "nothing was refused");
        assert.deepEqual(
            failure.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
            [],
        );
        return failure.message;
    }

    for (const stack of [...chartValueRefusals, ...secretRefusals, ...loginRefusals, ...clusterRefusals]) {
        it(`${stack.name}, each by its key and with the way out`, async () => {
            const message = await refusal(stack);
            assert.match(message, /has (a problem|\d+ problems)\. Nothing was changed\./);
            assert.doesNotMatch(message, /\.ts:\d+/, "a stack trace helps nobody here");
            assert.ok(!message.includes(canary), message);
            const lines = message.split("\n").filter((line) => line.startsWith("  - "));
            const unsaid = Object.entries(stack.refusals).filter(
                ([key, words]) =>
                    !lines.some((line) => line.startsWith(`  - airflow-linkerd:${key} `) && line.includes(words)),
            );
            assert.deepEqual(unsaid, [], message);
            assert.equal(lines.length, Object.keys(stack.refusals).length, message);
        });
    }
});
