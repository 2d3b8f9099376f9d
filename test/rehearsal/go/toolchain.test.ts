import assert from "node:assert/strict";

import { goProblem } from "../../../rehearsal/go/toolchain.ts";

const what = "control plane";

describe("the Go that programs are built with", () => {
    it("is one that is new enough", () => {
        for (const version of ["go1.26.0", "go1.26.8", "go1.27", "go2.0.1", "go1.26.0-X:nodwarf5"]) {
            assert.equal(goProblem(what, version, "1.26.0", ""), undefined, version);
        }
    });

    it("is asked for by version when it is too old", () => {
        assert.match(
            goProblem(what, "go1.25.9", "1.26.0", "") ?? "",
            /the control plane needs Go 1\.26\.0, .* is go1\.25\.9: install Go 1\.26\.0/,
        );
        assert.match(goProblem(what, "go1.26.0", "1.26.1", "") ?? "", /needs Go 1\.26\.1/);
    });

    it("is asked for when there is none, with what was tried", () => {
        const problem = goProblem(what, undefined, "1.26.0", "spawn go ENOENT");
        assert.match(problem ?? "", /no usable Go is on the PATH \(spawn go ENOENT\): install Go 1\.26\.0 or newer/);
    });
});
