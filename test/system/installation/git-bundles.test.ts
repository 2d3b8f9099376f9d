import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bundleList, DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";

const refs = ["main", "feature/#12", "user@host", "v1+build", "release=2,a", "100%"];

/** Says of each bundle what is in it, and whether its submodule is there. */
const program = `
import os, sys
from pathlib import Path
from airflow.dag_processing.bundles.manager import DagBundlesManager
for index in range(int(sys.argv[1])):
    bundle = DagBundlesManager().get_bundle(f"bundle-{index}")
    bundle.initialize()
    files = sorted(os.listdir(bundle.path))
    print(f"{bundle.tracking_ref}|{files}|{(Path(bundle.path).parent / 'libs' / 'lib.py').exists()}")
`;

describe("Airflow's git bundles", function () {
    this.timeout(600_000);

    let home: string;
    let airflow: string;

    const git = (folder: string, ...args: string[]): void => {
        const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"];
        const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" });
        assert.equal(status, 0, stderr);
    };

    before(async () => {
        ({ bin: airflow } = await airflowInstallation("3.3.2", console.log));
        home = mkdtempSync(join(tmpdir(), "airflow-git-bundles-"));
        for (const [name, file] of [
            ["libs", "lib.py"],
            ["work", "dags/dag.py"],
        ] as const) {
            mkdirSync(join(home, name, "dags"), { recursive: true });
            git(join(home, name), "init", "--quiet", "--initial-branch=main");
            writeFileSync(join(home, name, file), "x = 1\n");
            git(join(home, name), "add", "--all");
            git(join(home, name), "commit", "--quiet", "--message=first");
        }
        const work = join(home, "work");
        git(work, "submodule", "--quiet", "add", join(home, "libs"), "libs");
        git(work, "commit", "--quiet", "--message=submodule");
        git(home, "init", "--quiet", "--bare", "my dags.git");
        for (const ref of refs) {
            git(work, "push", "--quiet", join(home, "my dags.git"), `HEAD:refs/heads/${ref}`);
        }
    });

    after(() => {
        rmSync(home, { recursive: true, force: true });
    });

    const list = () =>
        bundleList(
            refs.map((ref, index) => ({
                kind: DagBundleKind.git,
                name: `bundle-${String(index)}`,
                repository: `file://${home}/my%20dags.git`,
                ref,
                path: "dags",
                submodules: ref === "main",
                refreshSeconds: 60,
            })),
        );

    const run = (env: Record<string, string>, config: string): string => {
        const folder = mkdtempSync(join(home, "airflow-"));
        writeFileSync(join(folder, "airflow.cfg"), config);
        const { status, stdout, stderr } = spawnSync(join(airflow, "python"), ["-c", program, String(refs.length)], {
            env: {
                PATH: process.env.PATH,
                HOME: folder,
                TMPDIR: folder,
                AIRFLOW_HOME: folder,
                GIT_CONFIG_COUNT: "1",
                GIT_CONFIG_KEY_0: "protocol.file.allow",
                GIT_CONFIG_VALUE_0: "always",
                ...env,
            },
            encoding: "utf8",
        });
        assert.equal(status, 0, stdout + stderr);
        return stdout;
    };

    for (const [where, output] of [
        ["a variable, as tasks have it", () => run({ AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: list() }, "")],
        [
            "airflow.cfg, as components have it",
            () => run({}, `[dag_processor]\ndag_bundle_config_list = ${list().replaceAll("%", "%%")}\n`),
        ],
    ] as const) {
        it(`are fetched with codes in the address and every sign that a ref may have, from ${where}`, () => {
            const said = output();
            for (const ref of refs) {
                assert.ok(said.includes(`${ref}|['dag.py']|${ref === "main" ? "True" : "False"}\n`), said);
            }
        });
    }
});
