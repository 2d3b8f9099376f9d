import assert from "node:assert/strict";

import fc from "fast-check";

import { compare, ignoring } from "../../../rehearsal/engine/steps/diff.ts";
import { type PlainMap, Secret, UNKNOWN } from "../../../rehearsal/engine/values/property.ts";

const json = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()) as fc.Arbitrary<PlainMap>;

describe("a difference of inputs", () => {
    it("is none between a value and its copy", () => {
        fc.assert(fc.property(json, (value) => assert.deepEqual(compare(value, structuredClone(value)), [])));
    });

    it("is told for each leaf, as added, deleted or updated", () => {
        const before = { same: 1, gone: { x: 1 }, list: [1, 2], was: "a" };
        const after = { same: 1, list: [1, 3, 4], was: "b", "new.key": null };
        assert.deepEqual(compare(before, after), [
            { path: "gone", kind: "delete" },
            { path: "list[1]", kind: "update" },
            { path: "list[2]", kind: "add" },
            { path: "was", kind: "update" },
            { path: '["new.key"]', kind: "add" },
        ]);
    });

    it("stands wherever a value is unknown", () => {
        assert.deepEqual(compare({ a: "x" }, { a: UNKNOWN }), [{ path: "a", kind: "update" }]);
    });

    it("vanishes where it is ignored: changed, added and removed", () => {
        const before = { tags: { a: 1, b: 2 }, list: [{ x: 1 }, { x: 2 }], other: 1 };
        const wanted = { tags: { a: 9, c: 3 }, list: [{ x: 9 }, { x: 8 }, { x: 7 }], other: 2 };
        const kept = ignoring(wanted, before, ["tags[*]", "list[*].x"]);
        assert.deepEqual(kept, { tags: { a: 1, b: 2 }, list: [{ x: 1 }, { x: 2 }, {}], other: 2 });
    });

    it("vanishes inside secrets, which stay secret", () => {
        const kept = ignoring({ s: new Secret({ a: 2, b: 2 }) }, { s: new Secret({ a: 1, b: 1 }) }, ["s.a"]);
        assert.deepEqual(kept, { s: new Secret({ a: 1, b: 2 }) });
    });
});
