import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { pythonEnvironment } from "./python-environment.ts";

export interface AirflowInstallation {
    /** The folder that has `airflow` and `python`. */
    readonly bin: string;
    readonly version: string;
}

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Airflow from PyPI, exactly as `requirements-<version>.txt` pins it, in an environment of its own that every checkout
 * of this user shares. Installed when it is not there yet.
 */
export async function airflowInstallation(
    version: string,
    progress: (line: string) => void,
): Promise<AirflowInstallation> {
    const requirements = join(here, `requirements-${version}.txt`);
    if (!existsSync(requirements)) {
        throw new Error(
            `airflow.version is "${version}": the rehearsal has no lock file for it. ` +
                `Write one with rehearsal/airflow/lock.py, or choose a version that has one there.`,
        );
    }
    const folder = join("airflow", version);
    const bin = await pythonEnvironment({ what: `Airflow ${version}`, folder, requirements, progress });
    return { bin, version };
}
