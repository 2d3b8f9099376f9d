import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { packageCharts } from "./charts/package.ts";
import { clusterBinary } from "./cluster/binary.ts";
import { linkTools } from "./cluster/control-plane-files.ts";
import { type Place } from "./place.ts";

/** Builds what the rehearsal needs and this machine lacks, and links `kubectl` and `helm` into the place. */
export async function setup(at: Place, progress: (line: string) => void): Promise<void> {
    const binary = await clusterBinary(progress);
    mkdirSync(at.root, { recursive: true, mode: 0o700 });
    linkTools(at, binary);
    await packageCharts(join(at.bin, "helm"), progress);
}
