import assert from "node:assert/strict";

import { closingLine, reasonsForFailure } from "./summary.ts";

const passed = { runner: "unit", counts: { passed: 3, failed: 0, skipped: 0 }, failed: [], slowest: [], exitCode: 0 };

describe("the summary of a test run", () => {
    it("adds the runners' own counts", () => {
        const other = {
            runner: "rehearsal",
            counts: { passed: 2, failed: 1, skipped: 0 },
            failed: [],
            slowest: [],
            exitCode: 1,
        };
        assert.equal(closingLine([passed, other]), "5 passed, 1 failed");
    });

    it("names skipped tests only when there are some", () => {
        const skipping = {
            runner: "rehearsal",
            counts: { passed: 1, failed: 0, skipped: 2 },
            failed: [],
            slowest: [],
            exitCode: 0,
        };
        assert.equal(closingLine([passed, skipping]), "4 passed, 0 failed, 2 skipped");
    });

    it("names each failed test, so that the end of a long output is enough", () => {
        const one = { title: "a cluster starts", file: "test/cluster.test.ts", error: "no answer within 5 s" };
        const failing = { ...passed, counts: { passed: 2, failed: 1, skipped: 0 }, failed: [one], exitCode: 1 };
        assert.deepEqual(reasonsForFailure([failing]), [
            "unit: 1 failed",
            "a cluster starts (test/cluster.test.ts): no answer within 5 s",
        ]);
    });

    it("fails a runner that ran no test", () => {
        const empty = {
            runner: "rehearsal",
            counts: { passed: 0, failed: 0, skipped: 1 },
            failed: [],
            slowest: [],
            exitCode: 0,
        };
        assert.deepEqual(reasonsForFailure([passed, empty]), ["rehearsal ran no test"]);
    });

    it("fails a runner that ended before it could count", () => {
        const crashed = { runner: "rehearsal", counts: undefined, failed: [], slowest: [], exitCode: 7 };
        assert.deepEqual(reasonsForFailure([crashed]), [
            "rehearsal ended with exit code 7 before it could count its tests",
        ]);
    });

    it("fails a runner whose exit code contradicts its counts", () => {
        assert.deepEqual(reasonsForFailure([{ ...passed, exitCode: 1 }]), [
            "unit passed its tests but ended with exit code 1",
        ]);
    });

    it("passes when every runner ran and passed", () => {
        assert.deepEqual(reasonsForFailure([passed]), []);
    });
});
