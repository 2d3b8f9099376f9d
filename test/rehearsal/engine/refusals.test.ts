import assert from "node:assert/strict";

import { type Described } from "./described.ts";
import { Stage } from "./stage.ts";

describe("what the engine does not support", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let stage: Stage;
    beforeEach(async () => (stage = await Stage.open()));
    afterEach(() => stage.close());

    const refuse = async (resources: Described[], told: RegExp[]): Promise<void> => {
        const result = await stage.up(resources);
        assert.equal(result.ok, false);
        for (const words of told) {
            assert.match(stage.shown, words);
        }
        assert.deepEqual(stage.world.calls, []);
    };
    const feature = (name: string): Described => ({ kind: "feature", name });

    it("is refused by the option's name, for each resource that has one", async () => {
        await refuse(
            [
                { name: "a", options: { import: "some-id" } },
                { name: "b", options: { hideDiffs: ["size"] } },
                { name: "c", options: { pluginDownloadURL: "https://nowhere" } },
                { name: "d", options: { envVarMappings: { A: "B" } } },
                { name: "e", options: { replacementTrigger: "now" } },
            ],
            [
                /a: error: import: not supported by the rehearsal/,
                /b: error: hideDiffs: not supported/,
                /c: error: pluginDownloadURL: not supported/,
                /d: error: envVarMappings: not supported/,
                /e: error: replacementTrigger: not supported/,
            ],
        );
    });

    it("is refused by what it is: remote components, parameterized packages, assets", async () => {
        await refuse(["remote", "package", "asset"].map(feature), [
            /far: error: remote components: not supported by the rehearsal/,
            /foreign: error: parameterized packages: not supported by the rehearsal/,
            /filed: error: tags\.file is an asset or archive/,
        ]);
    });

    it("is refused by the SDK where the engine says truthfully that it lacks it", async () => {
        await refuse([feature("transforms")], [/does not support transforms/]);
        await refuse([feature("hooks")], [/not support.* hooks/i]);
        await refuse([{ name: "a", options: { deletedWith: "stack" } }], [/does not support the DeletedWith option/]);
        await refuse([{ name: "a", options: { replaceWith: ["stack"] } }], [/does not support the ReplaceWith option/]);
    });

    it("is refused even if the program catches the error: methods and Resource.exists", async () => {
        await refuse([feature("call")], [/calls of methods: not supported by the rehearsal/]);
        await refuse([feature("exists")], [/Resource\.exists: not supported by the rehearsal/]);
    });

    it("is refused by the package's name when there is no provider for it", async () => {
        const providers = { fake: stage.world.factory };
        const result = await stage.up([{ kind: "other", name: "a" }], { providers });
        assert.equal(result.ok, false);
        assert.match(stage.shown, /no provider for the package "other": it knows fake/);
    });
});
