import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { defaultAirflowVersion } from "../components/airflow/airflow-image.ts";
import { airflowInstallation } from "./airflow/installation.ts";
import { packageCharts } from "./charts/package.ts";
import { clusterBinary } from "./cluster/binary/binary.ts";
import { linkTools } from "./cluster/control-plane-files.ts";
import { askedContainers, Containers } from "./containers.ts";
import { envoyBinary } from "./entrance/envoy.ts";
import { envoyGatewayBinary } from "./entrance/envoy-gateway.ts";
import { provideMachineTools, requireLinux } from "./machine-tools.ts";
import { type Place } from "./place.ts";

/** For what the rehearsal is set up. */
export interface SetupArgs {
    /** Those that run as processes need more of the machine than those that are simulated. Defaults to what the environment asks for. */
    readonly containers?: Containers;
    /** Whether the stack has an entrance, whose programs nobody else waits for. Defaults to false. */
    readonly entrance?: boolean;
}

/** Builds what the rehearsal needs and this machine lacks, and links `kubectl` and `helm` into the place. */
export async function setup(
    at: Place,
    progress: (line: string) => void,
    { containers = askedContainers() ?? Containers.processes, entrance = false }: SetupArgs = {},
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
        if (entrance) {
            // Built by the node when the first pod starts, it would outlast what a release waits for its pods.
            await envoyGatewayBinary(progress);
            await envoyBinary(progress);
        }
    }
}
