import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("steps", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    const pair = (size: number): Described[] => [
        { name: "a", inputs: { size } },
        { name: "b", inputs: { size: { $ref: "a.size" } } },
    ];

    it("makes what is new, in dependency order, and nothing the second time", async () => {
        const first = await stage.up(pair(1));
        assert.deepEqual(stage.world.calls, ["create a", "create b"]);
        assert.deepEqual(first.changes, { create: 3, update: 0, replace: 0, delete: 0, read: 0, same: 0 });
        const before = await stage.recorded("b");
        const second = await stage.up(pair(1));
        assert.equal(second.ok, true);
        assert.deepEqual(stage.world.calls, []);
        assert.equal(second.changes.same, 3);
        assert.deepEqual(await stage.recorded("b"), before);
    });

    it("updates in place what changed, and what takes from it", async () => {
        await stage.up(pair(1));
        const result = await stage.up(pair(2), { diff: true });
        assert.deepEqual(stage.world.calls, ["update a", "update b"]);
        assert.equal(result.changes.update, 2);
        assert.match(stage.shown, /~ size: 1 => 2/);
    });

    it("keeps values that the provider generated", async () => {
        await stage.up(pair(1));
        const generated = (await stage.recorded("a"))?.inputs as Record<string, unknown>;
        await stage.up(pair(2));
        assert.equal(((await stage.recorded("a"))?.inputs as Record<string, unknown>).generated, generated.generated);
    });

    it("replaces by making the new one first and deleting the old one last", async () => {
        const things = (fixed: string): Described[] => [
            { name: "a", inputs: { fixed } },
            { name: "b", inputs: { note: { $ref: "a.made" } } },
        ];
        await stage.up(things("one"));
        const [old] = stage.world.objects.keys();
        const result = await stage.up(things("two"), { diff: true });
        assert.deepEqual(stage.world.calls, ["create a", "delete a"]);
        assert.equal(result.changes.replace, 1);
        assert.equal(stage.world.objects.has(old ?? ""), false);
        assert.match(stage.shown, /fixed: "one" => "two" \(forces replacement\)/);
        assert.notEqual((await stage.recorded("a"))?.id, old);
    });

    it("deletes first where the provider asks for it, and before that the dependents that would be replaced", async () => {
        const things = (fixed: string): Described[] => [
            { name: "a", inputs: { fixed, early: true } },
            { name: "b", inputs: { fixed: { $ref: "a.fixed" } } },
            { name: "c", inputs: { note: { $ref: "a.fixed" } } },
        ];
        await stage.up(things("one"));
        const result = await stage.up(things("two"));
        assert.deepEqual(stage.world.calls.slice(0, 3), ["delete b", "delete a", "create a"]);
        assert.deepEqual(stage.world.calls.slice(3).sort(), ["create b", "update c"]);
        assert.equal(result.changes.replace, 2);
        assert.equal(stage.world.objects.size, 3);
    });

    it("deletes exactly what the program no longer has, dependents first", async () => {
        const room: Described = { kind: "room", name: "room" };
        await stage.up([...pair(1), room, { name: "c", options: { parent: "room", dependsOn: ["b"] } }, { name: "d" }]);
        const result = await stage.up([{ name: "d" }]);
        assert.deepEqual(stage.world.calls, ["delete c", "delete b", "delete a"]);
        assert.deepEqual({ delete: result.changes.delete, same: result.changes.same }, { delete: 4, same: 2 });
    });

    it("lets what a resource needed go while only its end is awaited, but not its provider", async () => {
        const { world } = stage;
        const plan: Described[] = [
            { kind: "provider", name: "p" },
            { name: "a" },
            { kind: "room", name: "room", options: { dependsOn: ["a"] } },
            { name: "b", inputs: { note: "lingers" }, options: { parent: "room", dependsOn: ["a"], provider: "p" } },
        ];
        await stage.up(plan);
        let left: unknown[] = [];
        world.held.set(
            "delete b",
            world.begun("delete a").then(async () => {
                // Long enough for a provider to be given up that nobody waits with.
                await delay(200);
                left = await Promise.all(["p", "room", "b"].map((name) => stage.recorded(name)));
            }),
        );
        assert.equal((await stage.destroy()).ok, true);
        assert.deepEqual(world.calls, ["delete b", "delete a"]);
        assert.equal(world.log.at(-1), "delete b ended");
        assert.ok(left.every((resource) => resource !== undefined));
        assert.equal(world.objects.size, 0);
    });

    it("destroys everything in reverse order and leaves an empty state", async () => {
        await stage.up([...pair(1), { name: "c", options: { dependsOn: ["b"] } }]);
        const result = await stage.destroy();
        assert.equal(result.ok, true);
        const inTurn = ["c", "b", "a"].flatMap((name) => [`delete ${name}`, `delete ${name} ended`]);
        assert.deepEqual(stage.world.log, inTurn);
        const { deployment } = JSON.parse(await stage.state()) as { deployment: { resources: unknown[] } };
        assert.deepEqual(deployment.resources, []);
    });

    it("runs independent steps at once, up to the limit", async () => {
        const things = ["a", "b", "c", "d", "e"].map((name): Described => ({ name }));
        let release = (): void => undefined;
        const together = new Promise<void>((resolve) => (release = resolve));
        for (const { name } of things) {
            stage.world.held.set(`create ${name}`, together);
        }
        const run = stage.up(things, { parallel: 3 });
        await stage.world.atOnce(3);
        release();
        await run;
        assert.equal(stage.world.mostAtOnce, 3);
    });

    it("waits with a resource for all the children of the component that it depends on", async () => {
        await stage.up([
            { kind: "room", name: "room" },
            { name: "inside", options: { parent: "room" } },
            { name: "after", options: { dependsOn: ["room"] } },
        ]);
        assert.deepEqual(stage.world.calls, ["create inside", "create after"]);
        assert.match(String((await stage.recorded("inside"))?.urn), /described:index:Room\$fake:index:Thing::inside$/);
    });

    it("records what a component and the stack give as outputs", async () => {
        const things: Described[] = [
            { name: "a", inputs: { size: 5 } },
            { kind: "room", name: "room", inputs: { door: { $ref: "a.size" } } },
        ];
        const result = await stage.up(things, { outputs: { size: { $ref: "a.size" } } });
        assert.deepEqual(result.outputs, { size: 5 });
        assert.deepEqual((await stage.recorded("room"))?.outputs, { door: 5 });
        assert.deepEqual((await stage.recorded("described-dev"))?.outputs, { size: 5 });
    });

    it("refuses inputs that the provider's check refuses, with the input's name", async () => {
        const result = await stage.up([{ name: "a", inputs: { size: -1 } }]);
        assert.equal(result.ok, false);
        assert.match(stage.shown, /a: error: size: must not be negative/);
        assert.deepEqual(stage.world.calls, []);
    });

    it("refuses a second resource with the same type and name", async () => {
        const result = await stage.up([{ name: "a" }, { name: "a" }]);
        assert.equal(result.ok, false);
        assert.match(stage.shown, /a: error: a second resource has this type, name/);
    });
});
