import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { marker } from "../../operations/plan/plan-text.ts";
import { checkout } from "../../rehearsal/place.ts";

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
    readonly steps: readonly Step[];
    readonly permissions?: Readonly<Record<string, string>>;
    readonly "timeout-minutes"?: number;
}

interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(checkout, ".github/workflows");

/** Why a workflow is not safe to run on what strangers write. */
function problems({ on, permissions, jobs }: Workflow): string[] {
    const all = Object.entries(jobs);
    return [
        ...(Object.hasOwn(on, "pull_request_target")
            ? ["on.pull_request_target: a stranger's code beside secrets"]
            : []),
        ...(permissions === undefined ? ["permissions: say what the token may do"] : []),
        ...all.flatMap(([name, job]) => {
            const granted = { ...permissions, ...job.permissions };
            const writes = Object.values(granted).includes("write");
            return [
                ...(job["timeout-minutes"] === undefined ? [`${name}: no timeout-minutes`] : []),
                ...job.steps.flatMap((step) => [
                    ...(step.uses !== undefined && !/@[0-9a-f]{40}$/.test(step.uses)
                        ? [`${name}: ${step.uses} is pinned by no hash`]
                        : []),
                    ...(step.run !== undefined && /\$\{\{/.test(step.run)
                        ? [`${name}: an expression in a script, where text becomes commands`]
                        : []),
                    ...(step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false
                        ? [`${name}: the token stays in the checkout`]
                        : []),
                    ...(step.uses?.startsWith("actions/checkout@") && writes && Object.hasOwn(on, "pull_request")
                        ? [`${name}: checks out a pull request beside a token that may write`]
                        : []),
                ]),
            ];
        }),
    ];
}

describe("the workflows", () => {
    for (const file of readdirSync(folder)) {
        it(`run safely on what strangers write: ${file}`, () => {
            assert.deepEqual(problems(parse(readFileSync(join(folder, file), "utf8")) as Workflow), []);
        });
    }

    it("would be refused for each way in which they could be unsafe", () => {
        const unsafe: Workflow = {
            on: { pull_request: null, pull_request_target: null },
            jobs: {
                job: {
                    permissions: { contents: "write" },
                    steps: [{ uses: "actions/checkout@v5" }, { run: "echo ${{ github.event.pull_request.title }}" }],
                },
            },
        };
        assert.equal(problems(unsafe).length, 7);
    });

    it("look for the plan's comment by the line that a plan begins with", () => {
        assert.ok(readFileSync(join(folder, "preview.yml"), "utf8").includes(`marker='${marker}'`));
    });
});
