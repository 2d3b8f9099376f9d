import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { cancel } from "../../../rehearsal/engine/engine.ts";
import { PartialFailure } from "../../../rehearsal/engine/plugins/provider.ts";
import { nameOf } from "../../../rehearsal/engine/values/urn.ts";
import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("a run that does not end well", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    const things: Described[] = [
        { name: "slow" },
        { name: "bad" },
        { name: "after-bad", options: { dependsOn: ["bad"] } },
        { name: "after-slow", options: { dependsOn: ["slow"] } },
    ];

    it("lets what is under way end after a failure, starts nothing new, and goes on from there the next time", async () => {
        const { world } = stage;
        world.failing.set("create bad", new Error("the quota is used up"));
        world.held.set(
            "create bad",
            world.begun("create slow").then(() => undefined),
        );
        world.held.set("create slow", world.begun("create bad"));
        const first = await stage.up(things);
        assert.equal(first.ok, false);
        assert.deepEqual(world.calls.toSorted(), ["create bad", "create slow"]);
        assert.match(stage.shown, /bad: error: the quota is used up/);
        assert.match(stage.shown, /Thing slow created/);
        assert.match(stage.shown, /run `up` again to go on/);
        world.failing.clear();
        const second = await stage.up(things);
        assert.equal(second.ok, true);
        assert.deepEqual(world.calls.toSorted(), ["create after-bad", "create after-slow", "create bad"]);
    });

    it("still deletes the next time what it has replaced and could not delete", async () => {
        const plan = (fixed: number): Described[] => [{ name: "a", inputs: { fixed } }];
        await stage.up(plan(1));
        stage.world.failing.set("delete a", new Error("it is still in use"));
        assert.equal((await stage.up(plan(2))).ok, false);
        assert.equal(stage.world.objects.size, 2);
        stage.world.failing.clear();
        const result = await stage.up(plan(2));
        assert.deepEqual([result.ok, result.changes.same, result.changes.replace], [true, 2, 0]);
        assert.deepEqual(stage.world.calls, ["delete a"]);
        assert.deepEqual(
            [...stage.world.objects.values()].map(({ fixed }) => fixed),
            [2],
        );
    });

    it("records what was made but did not become ready, and updates it the next time", async () => {
        const state = { id: "bad-1", outputs: { size: 1 } };
        stage.world.failing.set("create bad", new PartialFailure("it never became ready", state));
        const plan: Described[] = [{ name: "bad", inputs: { size: 1 } }];
        assert.equal((await stage.up(plan)).ok, false);
        assert.deepEqual((await stage.recorded("bad"))?.initErrors, ["it never became ready"]);
        stage.world.failing.clear();
        assert.equal((await stage.up(plan)).changes.update, 1);
        assert.equal((await stage.recorded("bad"))?.initErrors, undefined);
        assert.equal((await stage.up(plan)).changes.same, 2);
    });

    it("keeps the rest of the stack, outputs included, when the program throws", async () => {
        await stage.up([{ name: "a" }, { name: "b" }], { outputs: { b: { $ref: "b.made" } } });
        const result = await stage.up([{ name: "a" }, { kind: "throw", name: "x", inputs: { text: "no such team" } }]);
        assert.equal(result.ok, false);
        assert.equal(stage.shown.match(/no such team/g)?.length, 1, "shown once");
        assert.deepEqual(stage.world.calls, []);
        assert.notEqual(await stage.recorded("b"), undefined);
        assert.deepEqual((await stage.recorded("described-dev"))?.outputs, { b: "b on undefined" });
    });

    it("says how the program ended when its runtime has not", async () => {
        const result = await stage.up([{ name: "a" }, { kind: "exit", name: "x", inputs: { code: 7 } }]);
        assert.equal(result.ok, false);
        assert.match(stage.shown, /error: the program ended with exit code 7/);
    });

    it("shows no secret in a message, wherever it came from", async () => {
        const log: Described = { kind: "log", name: "b", inputs: { text: { $apply: "b.made" } } };
        await stage.up([{ kind: "other", name: "b" }, log]);
        assert.match(stage.shown, /b: info: applied to \[secret\]/);
        stage.world.failing.set("create a", new Error("cannot log in with hunter2-hunter2"));
        await stage.up([
            { name: "a", inputs: { token: { $secret: "hunter2-hunter2" } } },
            { kind: "log", name: "a", inputs: { text: "it is hunter2-hunter2" } },
        ]);
        assert.match(stage.shown, /a: error: cannot log in with \[secret\]/);
        assert.doesNotMatch(stage.shown, /hunter2/);
    });

    it("shows what the program logs with the resource it is about", async () => {
        const log = { kind: "log", name: "a", inputs: { text: "mind the gap" } } as const;
        await stage.up([{ name: "a" }, log]);
        assert.match(stage.shown, /^a: info: mind the gap$/m);
    });

    const slow = things.filter(({ name }) => name.endsWith("slow"));

    it("begins nothing new once stopped, ends what runs, and saves", async () => {
        const stop = new AbortController();
        stage.world.held.set(
            "create slow",
            stage.world.begun("create slow").then(() => stop.abort()),
        );
        const result = await stage.up(slow, { stop: stop.signal });
        assert.equal(result.ok, false);
        assert.deepEqual(stage.world.calls, ["create slow"]);
        assert.notEqual(await stage.recorded("slow"), undefined);
        assert.equal((await stage.up(slow)).changes.create, 1);
    });

    const resources: Described[] = [{ name: "early" }, { name: "late", options: { dependsOn: ["early"] } }];
    const pendingOperations = async (): Promise<string[]> => {
        const { deployment } = JSON.parse(await stage.state()) as {
            deployment: { pending_operations: { type: string; resource: { urn: string } }[] };
        };
        return deployment.pending_operations.map(({ type, resource }) => `${type} ${nameOf(resource.urn)}`);
    };

    /** Leaves the stack as a run does that is killed in the middle of creating `late`. */
    const killed = async (): Promise<void> => {
        const options = await stage.options({ resources });
        const file = join(stage.folder, "options.json");
        await writeFile(file, JSON.stringify({ ...options, hold: "create late" }));
        const script = fileURLToPath(new URL("killed-run.ts", import.meta.url));
        const run = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
        for await (const line of run.stdout) {
            if (String(line).includes("begun")) {
                run.kill("SIGKILL");
            }
        }
        assert.deepEqual(run.signalCode ?? (await once(run, "exit"))[1], "SIGKILL");
        assert.deepEqual(await pendingOperations(), ["creating late"]);
    };

    it("resumes after being killed in the middle of a creation, and tells the provider so", async () => {
        await killed();
        const result = await stage.up(resources, { resume: true });
        assert.equal(result.ok, true);
        assert.deepEqual(stage.world.calls, ["create late"]);
        assert.deepEqual(stage.world.resumed, ["late"]);
        assert.match(stage.shown, /The lock of a run that has died .* is taken over/);
        assert.deepEqual(await pendingOperations(), []);
    });

    it("has to be freed after being killed, as with Pulumi, and keeps the creation on record until it is cleared", async () => {
        await killed();
        await assert.rejects(stage.up(resources), /locked by .*, a run that was killed/);
        const { stateFolder } = await stage.options({ resources });
        assert.match((await cancel({ stack: "dev", stateFolder })) ?? "", /process \d+/);

        assert.equal((await stage.up(resources)).ok, true);
        assert.deepEqual(stage.world.calls, ["create late"]);
        assert.deepEqual(stage.world.resumed, [], "Pulumi's providers are told nothing");
        assert.match(
            stage.shown,
            /warning: an earlier run was killed in 1 operations[^]*::late, interrupted while creating/,
        );
        assert.deepEqual(await pendingOperations(), ["creating late"]);

        assert.equal((await stage.refresh()).ok, true);
        assert.deepEqual(await pendingOperations(), ["creating late"]);
        assert.equal((await stage.refresh({ clearPendingCreates: true })).ok, true);
        assert.deepEqual(await pendingOperations(), []);
        await stage.up(resources);
        assert.doesNotMatch(stage.shown, /was killed/);
    });

    it("forgets an update that was interrupted, unless it resumes", async () => {
        await stage.up([{ name: "a", inputs: { size: 1 } }]);
        stage.world.failing.set("update a", new Error("given up"));
        const abort = new AbortController();
        stage.world.held.set(
            "update a",
            stage.world.begun("update a").then(() => abort.abort()),
        );
        assert.equal((await stage.up([{ name: "a", inputs: { size: 2 } }], { abort: abort.signal })).ok, false);
        assert.deepEqual(await pendingOperations(), ["updating a"]);
        stage.world.failing.clear();
        const resumed = await stage.preview([{ name: "a", inputs: { size: 1 } }], { resume: true });
        assert.equal(resumed.changes.update, 1, "what came of it is not known");
        assert.equal((await stage.up([{ name: "a", inputs: { size: 1 } }])).changes.update, 0);
        assert.match(stage.shown, /::a, interrupted while updating/);
        assert.deepEqual(await pendingOperations(), []);
    });

    it("names what a killed run may have made when the program no longer wants it", async () => {
        stage.world.failing.set("create a", new Error("given up"));
        const abort = new AbortController();
        stage.world.held.set(
            "create a",
            stage.world.begun("create a").then(() => abort.abort()),
        );
        assert.equal((await stage.up([{ name: "a" }], { abort: abort.signal })).ok, false);
        assert.equal((await stage.up([], { resume: true })).ok, true);
        assert.match(stage.shown, /a: warning: a run that was killed may have made it/);
        assert.equal((await stage.up([])).ok, true);
        assert.doesNotMatch(stage.shown, /may have made it/);
    });
});
