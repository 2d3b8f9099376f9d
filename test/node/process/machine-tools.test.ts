import assert from "node:assert/strict";

import { missingPackages } from "../../../rehearsal/machine-tools.ts";

describe("the programs that containers are run with", () => {
    it("need nothing where all are there", () => {
        assert.deepEqual(
            missingPackages(() => true),
            [],
        );
    });

    it("come from packages, each named once", () => {
        assert.deepEqual(
            missingPackages((program) => program === "ip"),
            ["bubblewrap", "util-linux"],
        );
    });
});
