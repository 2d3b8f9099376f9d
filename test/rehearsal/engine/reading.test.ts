import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { stackReferences } from "../../../rehearsal/providers/stack-reference.ts";
import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("what exists already", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    const get = (id: unknown): Described[] => [
        { name: "a" },
        { kind: "get", name: "found", inputs: { id } },
        { name: "b", inputs: { size: { $ref: "found.size" } } },
    ];

    it("is read by id, recorded as external, and never deleted", async () => {
        const result = await stage.up(get("there"), { outputs: { made: { $ref: "found.made" } } });
        assert.deepEqual(result.outputs, { made: "read there" });
        assert.equal(result.changes.read, 1);
        assert.equal((await stage.recorded("found"))?.external, true);
        assert.equal((await stage.up([{ name: "a" }])).ok, true);
        assert.deepEqual(stage.world.calls, ["delete b"]);
        assert.equal(await stage.recorded("found"), undefined);
    });

    it("is an error when it does not exist", async () => {
        assert.equal((await stage.up(get("nowhere"))).ok, false);
        assert.match(stage.shown, /found: error: there is no fake:index:Thing with the id "nowhere"/);
    });

    it("is unknown in a preview when its id is", async () => {
        const result = await stage.preview(get({ $ref: "a.made" }), { outputs: { size: { $ref: "found.size" } } });
        assert.equal(result.ok, true);
        assert.deepEqual(result.outputs, { size: "[unknown]" });
    });

    it("is refused under the name of something that this stack made", async () => {
        await stage.up([{ name: "found" }]);
        assert.equal((await stage.up([{ kind: "get", name: "found", inputs: { id: "there" } }])).ok, false);
        assert.match(stage.shown, /found: error: it was made by this stack, and the program now only reads it/);
    });

    it("is looked up by functions, whose errors reach the program", async () => {
        const outputs = { answer: { $ref: "lookup.result" } };
        const ask = (inputs: Record<string, unknown>): Described[] => [{ kind: "invoke", name: "lookup", inputs }];
        const result = await stage.up(ask({ question: { $secret: "why" } }), { outputs });
        assert.deepEqual(result.outputs, { answer: { answer: "fake:index:lookup of why" } });
        assert.equal((await stage.up(ask({ fail: true }), { outputs })).ok, false);
        assert.match(stage.shown, /the lookup found nothing/);
    });

    it("is another stack's outputs, of which only the secret ones are secret", async () => {
        await stage.up([{ name: "a", inputs: { size: 3, token: { $secret: "hunter2" } } }], {
            outputs: { size: { $ref: "a.size" }, token: { $ref: "a.token" } },
        });
        const result = await stage.up(
            [{ kind: "reference", name: "platform", inputs: { stack: "organization/described/dev" } }],
            {
                stack: "consumer",
                providers: { pulumi: (_inputs, host) => stackReferences(host) },
                outputs: { size: { $output: "platform.size" }, token: { $output: "platform.token" } },
            },
        );
        assert.deepEqual(result.outputs, { size: 3, token: "[secret]" });
        const state = await readFile(join(stage.folder, "state", "consumer.json"), "utf8");
        assert.doesNotMatch(state, /hunter2/);
    });

    const unfound: Readonly<Record<string, RegExp>> = {
        "organization/described/prod":
            /stack organization\/described\/prod has no state here: bring up prod of described first/,
        "organization/other/dev": /stack organization\/other\/dev has no state here: bring up dev of other first/,
        dev: /stack "dev" is named in full as organization\/<project>\/<stack>/,
        "acme/described/dev": /stack "acme\/described\/dev" is named in full/,
    };
    for (const [stack, said] of Object.entries(unfound)) {
        it(`is an error when another stack is not what it is called: ${stack}`, async () => {
            await stage.up([{ name: "a" }], { outputs: { size: { $ref: "a.size" } } });
            const result = await stage.up([{ kind: "reference", name: "platform", inputs: { stack } }], {
                stack: "consumer",
                providers: { pulumi: (_inputs, host) => stackReferences(host) },
            });
            assert.equal(result.ok, false);
            assert.match(stage.shown, said);
        });
    }
});
