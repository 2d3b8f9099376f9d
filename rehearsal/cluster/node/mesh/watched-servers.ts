import { CustomObjectsApi, type KubernetesListObject } from "@kubernetes/client-node";

import { type Kube } from "../api/kube.ts";
import { Watched } from "../api/watched.ts";
import { type MeshServer } from "./server-problem.ts";

const served = { group: "policy.linkerd.io", version: "v1beta3", plural: "servers" } as const;

/** The Servers of all namespaces. There are none before Linkerd's definitions are, and then none are waited for. */
export function watchServers({ config }: Kube): Watched<MeshServer> {
    const objects = config.makeApiClient(CustomObjectsApi);
    const servers = new Watched<MeshServer>(config, {
        what: "Linkerd's Servers, which come with its definitions",
        path: `/apis/${served.group}/${served.version}/${served.plural}`,
        list: async () =>
            (await objects.listCustomObjectForAllNamespaces({
                ...served,
                resourcePlural: served.plural,
            })) as KubernetesListObject<MeshServer>,
    });
    void servers.start();
    return servers;
}
