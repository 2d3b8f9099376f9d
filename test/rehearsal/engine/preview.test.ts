import assert from "node:assert/strict";
import { access } from "node:fs/promises";

import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("preview", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    const things: Described[] = [
        { name: "a", inputs: { size: 1, token: { $secret: "s3same" } } },
        { name: "b", inputs: { size: { $ref: "a.size" }, note: { $ref: "a.made" }, tags: [{ $apply: "a.made" }] } },
    ];
    const outputs = {
        made: { $ref: "a.made" },
        size: { $ref: "b.size" },
        token: { $ref: "a.token" },
        id: { $ref: "a.id" },
    };

    it("shows what is known of what would be made, the rest as unknown, and changes nothing", async () => {
        const result = await stage.preview(things, { outputs, diff: true });
        assert.equal(result.ok, true);
        assert.equal(result.changes.create, 3);
        assert.deepEqual(result.outputs, { made: "[unknown]", size: 1, token: "[secret]", id: "[unknown]" });
        assert.match(stage.shown, /\+ tags: \["\[unknown\]"\]/);
        assert.deepEqual(stage.world.calls, []);
        await assert.rejects(access(stage.stateFile));
    });

    it("knows the outputs of what does not change, so that an apply on them runs", async () => {
        await stage.up(things, { outputs });
        const result = await stage.preview([...things, { name: "c", inputs: { note: { $apply: "a.made" } } }], {
            diff: true,
        });
        assert.deepEqual(result.changes, { create: 1, update: 0, replace: 0, delete: 0, read: 0, same: 3 });
        assert.match(stage.shown, /note: "applied to a on undefined"/);
    });

    it("tells updates, replacements and deletions, and what a replacement leads to", async () => {
        const some = (fixed: string, size: number, gone: Described[]): Described[] => [
            { name: "a", inputs: { fixed } },
            { name: "b", inputs: { note: { $ref: "a.id" } } },
            { name: "c", inputs: { size } },
            ...gone,
        ];
        await stage.up(some("one", 1, [{ name: "d" }]));
        const before = await stage.state();
        const result = await stage.preview(some("two", 2, []), { diff: true });
        assert.deepEqual(result.changes, { create: 0, update: 2, replace: 1, delete: 1, read: 0, same: 1 });
        assert.match(stage.shown, /~ note: "a-\d" => "\[unknown\]"/);
        assert.deepEqual(stage.world.calls, []);
        assert.equal(await stage.state(), before);
    });

    it("gives a digest in the form of `pulumi preview --json`", async () => {
        await stage.up([{ name: "a", inputs: { size: 1, token: { $secret: "s3same" } } }]);
        await stage.preview([{ name: "a", inputs: { size: 2, token: { $secret: "0pen" } } }], { json: true });
        const digest = JSON.parse(stage.shown) as {
            steps: { op: string; urn: string; detailedDiff?: unknown; newState: { inputs: { token: string } } }[];
            changeSummary: unknown;
        };
        assert.deepEqual(digest.changeSummary, { same: 1, update: 1 });
        const update = digest.steps.find(({ op }) => op === "update");
        assert.deepEqual(update?.detailedDiff, {
            size: { kind: "update", inputDiff: true },
            token: { kind: "update", inputDiff: true },
        });
        assert.equal(update?.newState.inputs.token, "[secret]");
        assert.doesNotMatch(stage.shown, /s3same|0pen/);
    });

    it("leaves a lookup whose question is unknown unanswered, and answers one that is known", async () => {
        const lookups: Described[] = [
            { name: "a" },
            { kind: "invoke", name: "open", inputs: { question: { $ref: "a.made" } } },
            { kind: "invoke", name: "shut", inputs: { question: "why" } },
        ];
        const asked = { open: { $ref: "open.result" }, shut: { $ref: "shut.result" } };
        const result = await stage.preview(lookups, { outputs: asked });
        assert.deepEqual(result.outputs.shut, { answer: "fake:index:lookup of why" });
        const done = await stage.up(lookups, { outputs: asked });
        assert.deepEqual(done.outputs.open, { answer: "fake:index:lookup of a on undefined" });
    });
});
