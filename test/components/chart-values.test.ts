import assert from "node:assert/strict";

import { layered } from "../../components/chart-values.ts";

describe("layered chart values", () => {
    it("merge maps, replace a default's lists, and keep promises on top", () => {
        assert.deepEqual(
            layered(
                { a: { b: 1, c: 2 }, list: [1, 2], kept: true },
                { a: { c: 3, d: 4 }, list: [3], promise: false },
                { a: { d: 5 }, promise: true },
            ),
            { a: { b: 1, c: 3, d: 5 }, list: [3], kept: true, promise: true },
        );
    });

    it("put what is promised after what is asked for in a list, and over anything that is none", () => {
        const [usual, own, authority] = [{ name: "usual" }, { name: "own" }, { name: "authority" }];
        const promised = { volumes: [authority] };
        assert.deepEqual(layered({ volumes: [usual] }, { volumes: [own] }, promised), { volumes: [own, authority] });
        assert.deepEqual(layered({}, { volumes: null }, promised), promised);
    });

    it("put a promised command in the place of one that is asked for, and never behind it", () => {
        const promised = { command: ["end", "gently"] };
        assert.deepEqual(layered({}, { command: ["sleep", "120"] }, promised), promised);
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
