import assert from "node:assert/strict";

import { isOfType } from "../../../rehearsal/engine/program/config-type.ts";

const rows: readonly [type: string, taken: readonly unknown[], refused: readonly unknown[]][] = [
    ["string", ["", "7"], [7, true, [], {}]],
    ["integer", [7, -7, "7"], [7.5, "7.5", "seven", true]],
    ["boolean", [true, "true", "false"], ["yes", 1, {}]],
    ["object", [{}, { a: 1 }], ["a", [], null, 7]],
];

describe("the type of a key that Pulumi.yaml declares", () => {
    for (const [type, taken, refused] of rows) {
        it(`${type} is what Pulumi takes for it, unconverted`, () => {
            for (const value of taken) {
                assert.ok(isOfType(value, { type }), JSON.stringify(value));
            }
            for (const value of refused) {
                assert.ok(!isOfType(value, { type }), JSON.stringify(value));
            }
        });
    }

    it("array is a list whose items are of their type, and never a text", () => {
        const maps = { type: "array", items: { type: "object" } };
        assert.ok(isOfType([], maps) && isOfType([{ a: 1 }], maps));
        assert.ok(!isOfType("teams.yaml", maps) && !isOfType(["a"], maps) && !isOfType({}, maps));
        const lists = { type: "array", items: { type: "array", items: { type: "string" } } };
        assert.ok(isOfType([["a"]], lists) && !isOfType(["a"], lists));
    });

    it("is none where the project declares none", () => {
        assert.ok(isOfType("a", {}) && isOfType([], {}));
    });
});
