import { packageCharts } from "./charts/package.ts";
import { clusterBinary } from "./cluster/binary.ts";

/** Builds what the rehearsal needs and this machine lacks. Returns the path of the cluster binary. */
export async function setup(progress: (line: string) => void): Promise<string> {
    const binary = await clusterBinary(progress);
    await packageCharts(binary, progress);
    return binary;
}
