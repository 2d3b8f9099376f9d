import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { pythonEnvironment } from "../../../rehearsal/airflow/python-environment.ts";
import { checkout } from "../../../rehearsal/place.ts";

/** Each with the Python that lies beside one part of the program, and is delivered into one folder of Airflow's. */
const starts = "components/airflow/tasks/starts";
const executor = "components/teams/executor";
const access = "components/teams/access";
const identity = "components/identity";
const executorTests = "test/components/teams/executor";
const launches = "components/teams/launches";

describe("The Python that is delivered into Airflow", function () {
    this.timeout(600_000);

    let home: string;
    let airflow: string;
    let checks: string;
    before(async () => {
        ({ bin: airflow } = await airflowInstallation("3.3.2", console.log));
        checks = await pythonEnvironment({
            what: "pytest, ruff and mypy",
            folder: "python-checks",
            requirements: join(checkout, "test/support/python/requirements.txt"),
            progress: console.log,
        });
        home = mkdtempSync(join(tmpdir(), "airflow-python-"));
    });
    after(() => {
        rmSync(home, { recursive: true, force: true });
    });

    /** Runs a program, in the checkout unless told otherwise, and fails with what it said. */
    const passes = (command: string, args: readonly string[], env: Record<string, string> = {}, cwd = checkout) => {
        const { status, stdout, stderr } = spawnSync(command, args, {
            cwd,
            env: { PATH: process.env.PATH, HOME: home, AIRFLOW_HOME: home, TMPDIR: home, ...env },
            encoding: "utf8",
        });
        assert.equal(status, 0, stdout + stderr);
        return stdout;
    };

    it("is of one style", () => {
        passes(join(checks, "ruff"), ["check", "--no-cache", "."]);
        passes(join(checks, "ruff"), ["format", "--no-cache", "--check", "."]);
    });

    it("has the types that it says", () => {
        const options = ["--config-file", join(checkout, "pyproject.toml"), "--cache-dir", join(home, "mypy")];
        const python = ["--python-executable", join(airflow, "python")];
        for (const folder of [starts, executor, launches, access]) {
            const files = readdirSync(join(checkout, folder)).filter((name) => name.endsWith(".py"));
            assert.notDeepEqual(files, []);
            const others = { MYPYPATH: [starts, executor].map((other) => join(checkout, other)).join(":") };
            passes(join(checks, "mypy"), [...options, ...python, ...files], others, join(checkout, folder));
        }
        // A folder of modules is a package by the name that it is delivered under.
        const asPackage = ["--namespace-packages", "--explicit-package-bases", "airflow_login"];
        passes(join(checks, "mypy"), [...options, ...python, ...asPackage], {}, join(checkout, identity));
    });

    it("passes its tests in real Airflow", () => {
        const said = passes(
            join(airflow, "python"),
            ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "test/components"],
            {
                PYTHONPATH: [starts, executor, access, executorTests, identity]
                    .map((folder) => join(checkout, folder))
                    .concat(packagesOf(checks))
                    .join(":"),
            },
        );
        // None left out. Warnings are of the libraries.
        assert.match(said, /^\d+ passed(, \d+ warnings?)? in /m);
    });

    /** Beside Airflow's own packages, so that its environment stays as it was locked. */
    function packagesOf(bin: string): string {
        const print = "import sysconfig; print(sysconfig.get_path('purelib'))";
        return passes(join(bin, "python"), ["-c", print]).trim();
    }
});
