import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { checkout } from "../../../rehearsal/place.ts";

describe("The login's check of ID tokens", function () {
    this.timeout(600_000);

    it("takes the provider's and refuses every forged one", async () => {
        const { bin } = await airflowInstallation("3.3.2", console.log);
        const home = mkdtempSync(join(tmpdir(), "airflow-tokens-"));
        try {
            const files = ["test/system/login/forged_tokens.py", "components/identity/webserver_config.py"];
            const { status, stderr } = spawnSync(join(bin, "python"), ["-B", ...files], {
                cwd: checkout,
                env: { PATH: process.env.PATH, HOME: home, AIRFLOW_HOME: home, TMPDIR: home },
                encoding: "utf8",
            });
            assert.match(stderr, /^Ran 20 tests/m);
            assert.equal(status, 0, stderr);
        } finally {
            rmSync(home, { recursive: true });
        }
    });
});
