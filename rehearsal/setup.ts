import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { defaultAirflowVersion } from "../components/airflow/airflow-image.ts";
import { airflowInstallation } from "./airflow/installation.ts";
import { packageCharts } from "./charts/package.ts";
import { clusterBinary } from "./cluster/binary/binary.ts";
import { linkTools } from "./cluster/control-plane-files.ts";
import { askedContainers, Containers } from "./containers.ts";
import { provideMachineTools, requireLinux } from "./machine-tools.ts";
import { type Place } from "./place.ts";

/**
 * Builds what the rehearsal needs and this machine lacks, and links `kubectl` and `helm` into the place. Containers that
 * run as processes need more of the machine than those that are simulated.
 */
export async function setup(
    at: Place,
    progress: (line: string) => void,
    containers: Containers = askedContainers() ?? Containers.processes,
): Promise<void> {
    requireLinux();
    // Before the build, which takes minutes: what a person has to do comes first.
    if (containers === Containers.processes) {
        await provideMachineTools(progress);
    }
    const binary = await clusterBinary(progress);
    mkdirSync(at.root, { recursive: true, mode: 0o700 });
    linkTools(at, binary);
    await packageCharts(join(at.bin, "helm"), progress);
    if (containers === Containers.processes) {
        // Another version is installed when its first container starts.
        await airflowInstallation(defaultAirflowVersion, progress);
    }
}
