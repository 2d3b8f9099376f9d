import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { findPython } from "../../../rehearsal/airflow/python.ts";

describe("The Python that Airflow runs on", () => {
    const path = process.env.PATH;
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "python-"));
        symlinkSync("/bin/sh", join(folder, "sh"));
        process.env.PATH = folder;
    });

    afterEach(() => {
        process.env.PATH = path;
        rmSync(folder, { recursive: true });
    });

    function program(name: string, script: string): void {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, name), 0o755);
    }

    it("is any of 3.11 to 3.13, whatever it is called", async () => {
        program("python3", "echo /opt/python3 3.13");
        assert.deepEqual(await findPython(), { path: "/opt/python3", version: "3.13" });
    });

    it("is not a version manager's stub, and not a newer or older one", async () => {
        program("python3.12", "echo 'command not found' >&2; exit 127");
        program("python3", "echo /usr/bin/python3 3.14");
        await assert.rejects(findPython(), (error: Error) => {
            assert.match(error.message, /^Airflow needs Python 3\.11, 3\.12 or 3\.13, with its venv module/);
            assert.match(error.message, /python3\.12: none that runs/);
            assert.match(error.message, /python3: 3\.14/);
            assert.match(error.message, /apt-get install python3 python3-venv/);
            return true;
        });
    });

    it("is not asked for when the version has no lock file", async () => {
        await assert.rejects(
            airflowInstallation("3.3.99", () => undefined),
            /^Error: airflow\.version is "3\.3\.99": the rehearsal has no lock file for it/,
        );
    });
});
