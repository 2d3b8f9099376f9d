import assert from "node:assert/strict";

import { type CommandResult, Stage } from "./stage.ts";

interface SharedStage {
    readonly stage: Stage;
    /** How the first `up` on the empty stage ended. */
    readonly first: CommandResult;
}

let shared: Promise<SharedStage> | undefined;

/**
 * The dev stack, brought up once for every test that only looks at it. Tests that change or break things open a stage of
 * their own.
 */
export function sharedStage(): Promise<SharedStage> {
    shared ??= open();
    return shared;
}

async function open(): Promise<SharedStage> {
    const stage = new Stage();
    const first = await stage.run("up");
    assert.equal(first.exitCode, 0, first.output);
    return { stage, first };
}

after(async function () {
    if (shared !== undefined) {
        await (await shared).stage.close();
    }
});
