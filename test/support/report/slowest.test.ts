import assert from "node:assert/strict";

import { slowest, slowestLines } from "./slowest.ts";

const timed = [9_990, 120, 12_340].map((ms) => ({ title: `takes ${String(ms)}`, file: "test/a.test.ts", ms }));

describe("the slowest tests", () => {
    it("come first, and no more than asked for", () => {
        assert.deepEqual(
            slowest(timed, 2).map(({ ms }) => ms),
            [12_340, 9_990],
        );
        assert.equal(slowest(timed, 10).length, 3);
    });

    it("are told in seconds, with where they are", () => {
        assert.deepEqual(slowestLines(slowest(timed, 2)), [
            "12.3 s  takes 12340 (test/a.test.ts)",
            "10.0 s  takes 9990 (test/a.test.ts)",
        ]);
        assert.deepEqual(slowestLines([{ title: "a", file: "b", ms: 12_000 }, timed[1] as (typeof timed)[0]]), [
            "12.0 s  a (b)",
            " 0.1 s  takes 120 (test/a.test.ts)",
        ]);
        assert.deepEqual(slowestLines([]), []);
    });
});
