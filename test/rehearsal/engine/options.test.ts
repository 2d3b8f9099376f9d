import assert from "node:assert/strict";

import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("resource options", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    it("finds a renamed resource, its component and the children named after it by one alias", async () => {
        const things = (name: string, options?: Described["options"]): Described[] => [
            { kind: "room", name, options },
            { name: `${name}-lamp`, options: { parent: name } },
            { name: `user`, inputs: { note: { $ref: `${name}-lamp.made` } }, options: { dependsOn: [`${name}-lamp`] } },
        ];
        await stage.up(things("old"));
        const [room = { name: "" }, lamp = { name: "" }] = things("new", { aliases: [{ name: "old" }] });
        await stage.up([room, lamp, { kind: "throw", name: "x", inputs: { text: "half way" } }]);
        assert.match(JSON.stringify((await stage.recorded("user"))?.dependencies), /::new-lamp"/);
        const result = await stage.up(things("new", { aliases: [{ name: "old" }] }));
        assert.deepEqual(stage.world.calls, []);
        assert.deepEqual(result.changes, { create: 0, update: 0, replace: 0, delete: 0, read: 0, same: 4 });
        assert.doesNotMatch(await stage.state(), /::old/);
        const again = await stage.up(things("new"));
        assert.equal(again.changes.same, 4);
    });

    it("finds a resource that moved under a parent, by alias without parent and by URN", async () => {
        await stage.up([{ name: "a" }, { name: "b" }]);
        const urn = String((await stage.recorded("b"))?.urn);
        await stage.up([
            { kind: "room", name: "room" },
            { name: "a", options: { parent: "room", aliases: [{ parent: null }] } },
            { name: "c", options: { parent: "room", aliases: [urn] } },
        ]);
        assert.deepEqual(stage.world.calls, []);
    });

    it("refuses to delete, replace or destroy what is protected, before anything is deleted", async () => {
        const things: Described[] = [{ name: "a", inputs: { fixed: 1 }, options: { protect: true } }, { name: "b" }];
        await stage.up(things);
        assert.equal((await stage.destroy()).ok, false);
        assert.deepEqual(stage.world.calls, []);
        assert.match(stage.shown, /a: error: it is protected and would have to be deleted\. .* take `protect` off it/);
        assert.equal((await stage.up([{ name: "a", inputs: { fixed: 2 }, options: { protect: true } }])).ok, false);
        assert.deepEqual(stage.world.calls, []);
        assert.match(stage.shown, /would have to be replaced\..*changed: fixed/);
        assert.equal((await stage.up([])).ok, false);
        assert.deepEqual(stage.world.calls, []);
        assert.equal((await stage.up([{ name: "a", inputs: { fixed: 1 } }])).ok, true);
        assert.equal((await stage.up([])).ok, true);
        assert.deepEqual(stage.world.calls, ["delete a"]);
    });

    it("leaves in place what is to be retained, children included, and forgets it", async () => {
        await stage.up([
            { kind: "room", name: "room", options: { retainOnDelete: true } },
            { name: "a", options: { parent: "room" } },
            { name: "b" },
        ]);
        await stage.destroy();
        assert.deepEqual(stage.world.calls, ["delete b"]);
        assert.match(stage.shown, /a left in place, no longer managed/);
        assert.equal(await stage.recorded("a"), undefined);
    });

    it("lets deleteBeforeReplace decide against the provider", async () => {
        const things = (fixed: number): Described[] => [
            { name: "a", inputs: { fixed }, options: { deleteBeforeReplace: true } },
            { name: "b", inputs: { fixed, early: true }, options: { deleteBeforeReplace: false, dependsOn: ["a"] } },
        ];
        await stage.up(things(1));
        await stage.up(things(2));
        assert.deepEqual(stage.world.calls, ["delete a", "create a", "create b", "delete b"]);
    });

    it("replaces for a change that replaceOnChanges names, and only for that", async () => {
        const things = (size: number, note: string): Described[] => [
            { name: "a", inputs: { tags: { size, note } }, options: { replaceOnChanges: ["tags.size"] } },
        ];
        await stage.up(things(1, "x"));
        assert.equal((await stage.up(things(1, "y"))).changes.update, 1);
        assert.equal((await stage.up(things(2, "y"))).changes.replace, 1);
    });

    it("ignores changes below nested paths and wildcards, and nothing beside them", async () => {
        const options = { ignoreChanges: ["tags.inner", "size", `tags.list[*].x`] };
        const things = (size: number, other: string): Described[] => [
            { name: "a", inputs: { size, tags: { inner: size, list: [{ x: size, y: 1 }], other } }, options },
        ];
        await stage.up(things(1, "same"));
        assert.equal((await stage.up(things(2, "same"))).changes.same, 2);
        const result = await stage.up(things(3, "new"), { diff: true });
        assert.equal(result.changes.update, 1);
        assert.match(stage.shown, /~ tags\.other: "same" => "new"/);
        const [object] = stage.world.objects.values();
        assert.deepEqual(object?.tags, { inner: 1, list: [{ x: 1, y: 1 }], other: "new" });
    });

    it("makes additionalSecretOutputs and what the provider says secret", async () => {
        const things: Described[] = [
            { name: "a", inputs: { note: "quiet-please" }, options: { additionalSecretOutputs: ["note"] } },
            { kind: "other", name: "b" },
        ];
        const result = await stage.up(things, { outputs: { note: { $ref: "a.note" }, made: { $ref: "b.made" } } });
        assert.deepEqual(result.outputs, { note: "[secret]", made: "[secret]" });
        assert.equal(JSON.stringify((await stage.recorded("a"))?.outputs).includes("quiet-please"), false);
        assert.equal((await stage.state()).includes("b on elsewhere"), false);
    });

    it("passes customTimeouts on in seconds", async () => {
        await stage.up([{ name: "a", options: { customTimeouts: { create: "1h1m30s" } } }]);
        assert.equal(stage.world.timeouts.get("a"), 3690);
    });

    it("keeps customTimeouts for what comes later, each under the operation's own name", async () => {
        await stage.up([{ name: "a", options: { customTimeouts: { create: "1m", update: "2m", delete: "30m" } } }]);
        assert.deepEqual((await stage.recorded("a"))?.customTimeouts, { create: 60, update: 120, delete: 1800 });
    });

    it("gives each resource the provider it asks for, through its parent too, and default ones the stack's config", async () => {
        const things = (where: string): Described[] => [
            { kind: "provider", name: "here", inputs: { where } },
            { kind: "provider", name: "paper", inputs: { where: "paper" } },
            { kind: "room", name: "room", options: { providers: ["here"] } },
            { name: "a", options: { parent: "room" } },
            { name: "b", options: { provider: "paper" } },
            { kind: "other", name: "c" },
            { name: "d" },
        ];
        const outputs = Object.fromEntries(["a", "b", "d"].map((name) => [name, { $ref: `${name}.made` }]));
        const result = await stage.up(things("here"), { outputs });
        assert.deepEqual(result.outputs, { a: "a on here", b: "b on paper", d: "d on undefined" });
        assert.match(stage.shown, /fake:index:Thing b \(recorded\) created/);
        const places = stage.world.configurations.map(({ where }) => where ?? "by default");
        assert.deepEqual(places.sort(), ["by default", "elsewhere", "here", "paper"]);
        assert.deepEqual((await stage.up(things("there"), { outputs })).changes, {
            ...{ create: 0, update: 1, replace: 0, delete: 0, read: 0, same: 7 },
        });
    });

    it("replaces a resource whose provider is another one, configured otherwise", async () => {
        const things = (provider: string): Described[] => [
            { kind: "provider", name: "here", inputs: { where: "here" } },
            { kind: "provider", name: "twin", inputs: { where: "here" } },
            { kind: "provider", name: "there", inputs: { where: "there" } },
            { name: "a", options: { provider } },
        ];
        await stage.up(things("here"));
        assert.equal((await stage.up(things("twin"))).changes.replace, 0);
        assert.equal((await stage.up(things("there"))).changes.replace, 1);
    });
});
