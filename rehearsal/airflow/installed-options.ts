import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { type AirflowInstallation } from "./installation.ts";

/** What an installed Airflow says of its options, as `airflow-options.json` has it. */
export async function installedOptions({ bin }: AirflowInstallation): Promise<unknown> {
    // Airflow writes a configuration of its own into its home, and says what it finds in one that is there.
    const home = await mkdtemp(join(tmpdir(), "airflow-options-"));
    try {
        const script = join(import.meta.dirname, "list_options.py");
        const { stdout } = await promisify(execFile)(join(bin, "python"), ["-B", script], {
            env: { PATH: process.env.PATH, HOME: home, AIRFLOW_HOME: home },
            maxBuffer: 16 * 1024 * 1024,
        });
        return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    } finally {
        await rm(home, { recursive: true, force: true });
    }
}
