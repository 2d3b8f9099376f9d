import assert from "node:assert/strict";

import { firstDifference } from "../../../rehearsal/recording/readable.ts";

describe("firstDifference", () => {
    it("finds none between equals", () => {
        assert.equal(firstDifference({ a: [1, { b: null }] }, { a: [1, { b: null }] }), undefined);
    });

    it("names the place, what was and what is", () => {
        assert.equal(firstDifference({ a: [1, { b: "x" }] }, { a: [1, { b: "y" }] }), 'a → 1 → b was "x" and is "y"');
    });

    it("names what is new and what is gone", () => {
        assert.equal(firstDifference({ a: 1 }, { a: 1, b: [2] }), "b is new: [2]");
        assert.equal(firstDifference({ a: 1, b: [2] }, { a: 1, b: [] }), "b → 0 is gone. It was 2");
    });

    it("tells a map from a value", () => {
        assert.equal(firstDifference({ a: {} }, { a: "" }), 'a was {} and is ""');
    });
});
