import assert from "node:assert/strict";

import { randomProvider } from "../../../rehearsal/providers/random.ts";
import { type PlainMap } from "../../../rehearsal/engine/values/property.ts";
import { address, operation, temporaryHost } from "./operation.ts";

const host = temporaryHost();
const provider = randomProvider({}, host);
const at = (kind: string) => address(`random:index/random${kind}:Random${kind}`, "it");
const make = (kind: string, inputs: PlainMap) => provider.create(at(kind), inputs, operation());

describe("random provider", () => {
    after(() => host.remove());

    it("keeps to the asked length, classes and least counts", async () => {
        const inputs = { length: 40, special: false, minUpper: 12, minNumeric: 15 };
        const result = String((await make("Password", inputs)).outputs.result);
        assert.match(result, /^[A-Za-z0-9]{40}$/);
        assert.ok((result.match(/[A-Z]/g) ?? []).length >= 12);
        assert.ok((result.match(/\d/g) ?? []).length >= 15);
    });

    it("takes special characters from overrideSpecial", async () => {
        const only = { length: 20, lower: false, upper: false, numeric: false, overrideSpecial: "#" };
        assert.equal((await make("String", only)).outputs.result, "#".repeat(20));
    });

    it("does not repeat itself", async () => {
        const made = await Promise.all(Array.from({ length: 20 }, () => make("Password", { length: 32 })));
        assert.equal(new Set(made.map(({ outputs }) => outputs.result)).size, 20);
    });

    it("writes the same bytes in every form", async () => {
        const { outputs } = await make("Bytes", { length: 32 });
        assert.equal(Buffer.from(String(outputs.base64), "base64").toString("hex"), outputs.hex);
        assert.equal(String(outputs.hex).length, 64);
    });

    it("makes new values when keepers change, and only then", async () => {
        const request = { ...at("Password"), id: "none", oldInputs: {}, newInputs: {}, oldOutputs: {} };
        const changes = [{ path: "keepers.generation", kind: "update" as const }];
        assert.deepEqual((await provider.diff({ ...request, changes })).replacePaths, ["keepers.generation"]);
        assert.deepEqual((await provider.diff({ ...request, changes: [] })).replacePaths, []);
    });

    it("refuses too short a length and kinds that it does not make, by name", async () => {
        const { failures } = await provider.check(at("String"), undefined, { length: 3, minLower: 4 }, false);
        assert.equal(failures[0]?.property, "length");
        await assert.rejects(provider.check(at("Pet"), undefined, {}, false), /RandomPet is not supported here/);
    });
});
