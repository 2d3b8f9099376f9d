import assert from "node:assert/strict";

import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("a refresh", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => {
        stage = await Stage.open();
        assert.equal((await stage.up(plan, { outputs: { size: { $ref: "a.size" } } })).ok, true);
    });
    afterEach(() => stage.close());

    const plan: Described[] = [
        { name: "a", inputs: { size: 1, token: { $secret: "hunter2-hunter2" } } },
        { name: "b", inputs: { size: { $ref: "a.size" } } },
        { kind: "get", name: "found", inputs: { id: "there" } },
    ];
    const nothing = { create: 0, update: 0, replace: 0, delete: 0, read: 0, same: 0 };

    /** What somebody else makes of an object of this name. */
    const change = (name: string, inputs: Record<string, string | number> | undefined): void => {
        const { objects } = stage.world;
        const id = [...objects.keys()].find((key) => key.startsWith(`${name}-`)) ?? assert.fail(`no object ${name}`);
        if (inputs === undefined) {
            objects.delete(id);
        } else {
            objects.set(id, { ...objects.get(id), ...inputs });
        }
    };

    const hold = (): void => void stage.world.objects.set("there", { size: 7 });

    it("changes nothing outside, and nothing in the state of what has not changed", async () => {
        hold();
        const before = await stage.recorded("a");
        const result = await stage.refresh();
        assert.deepEqual(result.changes, { ...nothing, same: 3 });
        assert.deepEqual(stage.world.calls, []);
        assert.deepEqual(await stage.recorded("a"), before);
        assert.deepEqual(result.outputs, { size: 1 });
    });

    it("takes in what somebody else has changed, which the next up changes back", async () => {
        hold();
        change("a", { size: 5 });
        const result = await stage.refresh({ diff: true });
        assert.deepEqual(result.changes, { ...nothing, update: 1, same: 2 });
        assert.match(stage.shown, /^~ fake:index:Thing a has changed since \[size\]\n {6}~ size: 1 => 5$/m);
        assert.equal(((await stage.recorded("a"))?.inputs as { size: number }).size, 5);
        assert.equal((await stage.up(plan)).changes.update, 1);
        assert.deepEqual(stage.world.calls, ["update a"]);
    });

    it("keeps secret what is", async () => {
        hold();
        change("a", { token: "hunter3-hunter3" });
        assert.equal((await stage.refresh({ diff: true })).changes.update, 1);
        assert.doesNotMatch(stage.shown + (await stage.state()), /hunter/);
        assert.match(stage.shown, /~ token: "\[secret\]" => "\[secret\]"/);
    });

    it("drops what is gone, which the next up makes again", async () => {
        hold();
        change("b", undefined);
        assert.deepEqual((await stage.refresh()).changes, { ...nothing, delete: 1, same: 2 });
        assert.match(stage.shown, /^- fake:index:Thing b is gone$/m);
        assert.equal(await stage.recorded("b"), undefined);
        assert.equal((await stage.up(plan)).changes.create, 1);
    });

    it("takes in what was only read, by what it is and not by inputs", async () => {
        stage.world.objects.set("there", { size: 8 });
        assert.equal((await stage.refresh()).changes.update, 1);
        assert.equal(((await stage.recorded("found"))?.outputs as { size: number }).size, 8);
    });

    it("only says what it finds when it is asked to record nothing", async () => {
        hold();
        change("a", { size: 5 });
        const before = await stage.state();
        assert.equal((await stage.refresh({ previewOnly: true })).changes.update, 1);
        assert.equal(await stage.state(), before);
    });

    it("goes before a preview or an up that asks for it", async () => {
        hold();
        change("a", { size: 5 });
        const before = await stage.state();
        assert.equal((await stage.preview(plan)).changes.update, 0);
        assert.equal((await stage.preview(plan, { refresh: true })).changes.update, 1);
        assert.match(stage.shown, /a has changed since[^]*a update \[size\]/);
        assert.equal(await stage.state(), before);
        assert.equal((await stage.up(plan, { refresh: true })).changes.update, 1);
        assert.deepEqual(stage.world.calls, ["update a"]);
    });

    it("fails when something cannot be read, keeps what is known of it, and starts nothing after", async () => {
        hold();
        const before = await stage.recorded("a");
        stage.world.failing.set("read a", new Error("the API is away"));
        assert.equal((await stage.up([], { refresh: true })).ok, false);
        assert.match(stage.shown, /a: error: the API is away/);
        assert.deepEqual(stage.world.calls, []);
        assert.deepEqual(await stage.recorded("a"), before);
    });
});
