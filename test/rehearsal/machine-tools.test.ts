import assert from "node:assert/strict";

import { requireLinux } from "../../rehearsal/machine-tools.ts";

describe("the machine that a rehearsal runs on", () => {
    it("is Linux, and others are told where to run it and what they can run", () => {
        requireLinux("linux");
        assert.throws(
            () => requireLinux("darwin"),
            /runs on Linux, and this is darwin: on Windows use WSL2.*npm test -- unit/,
        );
    });
});
