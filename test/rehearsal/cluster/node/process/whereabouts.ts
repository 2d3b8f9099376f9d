import { type V1Pod } from "@kubernetes/client-node";

import { type Whereabouts } from "../../../../../rehearsal/cluster/node/process/container-environment.ts";

type Objects = Record<string, Record<string, string>>;

/** A pod `team/web-0` in a cluster that holds exactly these objects; what Secrets hold is given in plain text. */
export function whereabouts(
    spec: Partial<V1Pod["spec"]> = {},
    configMaps: Objects = {},
    secrets: Objects = {},
): Whereabouts {
    const base64 = (data: Record<string, string>) =>
        Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
    return {
        pod: {
            metadata: { name: "web-0", namespace: "team", uid: "uid-1", labels: { app: "web" } },
            spec: { containers: [], nodeName: "rehearsal-a", serviceAccountName: "web", ...spec },
        },
        podIP: "10.244.0.5",
        hostIP: "10.243.0.1",
        objects: {
            configMap: (namespace, name) =>
                namespace === "team" ? configMaps[name] && { data: configMaps[name] } : undefined,
            secret: (namespace, name) =>
                namespace === "team" ? secrets[name] && { data: base64(secrets[name]) } : undefined,
        },
    };
}
