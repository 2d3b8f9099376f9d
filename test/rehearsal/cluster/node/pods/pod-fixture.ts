import { type V1Container, type V1Pod } from "@kubernetes/client-node";

import { type ClusterObjects } from "../../../../../rehearsal/cluster/node/api/cluster-objects.ts";

export interface PodShape {
    /** Names of init containers in order; a name that begins with `sidecar` is one that stays. */
    inits?: string[];
    mains?: string[];
    restartPolicy?: "Always" | "OnFailure" | "Never";
}

/** A pod that is bound to a node of the rehearsal and was never started. */
export function pod({ inits = [], mains = ["main"], restartPolicy = "Always" }: PodShape = {}): V1Pod {
    const container = (name: string): V1Container => ({
        name,
        image: `example/${name}:1`,
        restartPolicy: name.startsWith("sidecar") ? "Always" : undefined,
    });
    return {
        metadata: { name: "web-0", namespace: "team", uid: "uid-1", generation: 1 },
        spec: {
            nodeName: "rehearsal-a",
            restartPolicy,
            initContainers: inits.map(container),
            containers: mains.map(container),
        },
        status: {
            phase: "Pending",
            qosClass: "BestEffort",
            conditions: [{ type: "PodScheduled", status: "True" }],
        },
    };
}

/** A cluster that holds exactly what is named. */
export function objects(secrets: Record<string, string[]> = {}, configMaps: Record<string, string[]> = {}) {
    const find = (all: Record<string, string[]>, name: string) => {
        const keys = all[name];
        return keys && { metadata: { name }, data: Object.fromEntries(keys.map((key) => [key, ""])) };
    };
    const found: ClusterObjects = {
        secret: (_namespace, name) => find(secrets, name),
        configMap: (_namespace, name) => find(configMaps, name),
    };
    return found;
}
