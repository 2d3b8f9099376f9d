import { type V1PodList } from "@kubernetes/client-node";
import limitOf from "p-limit";

import { linkerdNamespace } from "../../../components/mesh/names.ts";
import { apiFailure, isGone } from "../../cluster/api-failure.ts";
import { type ApiServer } from "../../cluster/api-server.ts";
import { type MeshedPod, type RawScrape } from "./proxy-scrape.ts";

/** What a cluster's proxies gave, and which of them gave nothing. */
export interface Reading {
    readonly scrapes: readonly RawScrape[];
    readonly notRead: readonly { readonly pod: string; readonly reason: string }[];
}

const running = {
    // Linkerd puts this label on each pod that it gives a proxy.
    labelSelector: `linkerd.io/control-plane-ns=${linkerdNamespace}`,
    fieldSelector: "status.phase=Running",
};
const adminPort = 4191;
const rights =
    "It takes the rights to list pods and to get pods/proxy there; and a proxy that enforces gives its metrics to nobody " +
    "outside of the mesh.";
/** The API server carries every answer. */
const atOnce = 8;

/**
 * Reads each running proxy of some namespaces once, through the API server.
 *
 * @throws when pods cannot be listed, or when proxies may not be read at all.
 */
export async function readProxies(server: ApiServer, namespaces: readonly string[]): Promise<Reading> {
    const pods = (await Promise.all(namespaces.map((namespace) => meshedPods(server, namespace)))).flat();
    const limit = limitOf(atOnce);
    const answers = await Promise.all(pods.map((pod) => limit(() => scrape(server, pod))));
    return {
        scrapes: answers.flatMap((answer) => (answer !== undefined && "text" in answer ? [answer] : [])),
        notRead: answers.flatMap((answer) => (answer !== undefined && "reason" in answer ? [answer] : [])),
    };
}

async function meshedPods(server: ApiServer, namespace: string): Promise<MeshedPod[]> {
    try {
        const { items } = JSON.parse(await server.get(`/api/v1/namespaces/${namespace}/pods`, running)) as V1PodList;
        return items.map(({ metadata }) => ({ namespace, name: metadata?.name ?? "", labels: metadata?.labels ?? {} }));
    } catch (error) {
        throw apiFailure(`list pods in ${namespace}`, error, server, rights);
    }
}

/** Undefined for a pod that is gone: tasks end while others are read. */
async function scrape(server: ApiServer, pod: MeshedPod): Promise<RawScrape | Reading["notRead"][number] | undefined> {
    const { namespace, name } = pod;
    try {
        const text = await server.get(
            `/api/v1/namespaces/${namespace}/pods/${name}:${String(adminPort)}/proxy/metrics`,
        );
        return { pod, text };
    } catch (error) {
        if (isGone(error)) {
            return undefined;
        }
        const failure = apiFailure(`get pods/proxy of ${namespace}/${name}`, error, server, rights);
        if (failure.concerns === "the cluster") {
            throw failure;
        }
        return { pod: `${namespace}/${name}`, reason: failure.message };
    }
}
