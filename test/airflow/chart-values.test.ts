import assert from "node:assert/strict";

import { layered } from "../../components/chart-values.ts";

describe("layered chart values", () => {
    it("merge maps, replace lists, and keep promises on top", () => {
        assert.deepEqual(
            layered(
                { a: { b: 1, c: 2 }, list: [1, 2], kept: true },
                { a: { c: 3, d: 4 }, list: [3], promise: false },
                { a: { d: 5 }, promise: true },
            ),
            { a: { b: 1, c: 3, d: 5 }, list: [3], kept: true, promise: true },
        );
    });

    it("change none of what they are given", () => {
        const defaults = Object.freeze({ a: Object.freeze({ b: 1 }) });
        layered(defaults, { a: { b: 2 } }, {});
        assert.deepEqual(defaults, { a: { b: 1 } });
    });

    it("let a stack unset a default with null, as Helm does", () => {
        assert.deepEqual(layered({ resources: { limits: {} } }, { resources: null }, {}), { resources: null });
    });
});
