import { HttpMethod, type V1APIService, type V1Namespace } from "@kubernetes/client-node";

import { type ApiList, type ApiObject, type Call, type KubernetesApi } from "./api.ts";

const DISCOVERY = "NamespaceDeletionDiscoveryFailure";

/** What keeps a namespace that is being deleted, in the words of its controller. */
export function keptBy(namespace: ApiObject): string[] {
    return conditions(namespace).map(({ message }) => message ?? "");
}

/** Whether the controller could not find out which kinds there are, and so deletes nothing. */
export function isBlind(namespace: ApiObject): boolean {
    return conditions(namespace).some(({ type }) => type === DISCOVERY);
}

/**
 * Why that will not pass by itself, with the way out: APIs that are to be answered by a Service which is not there.
 * Undefined when there are none.
 */
export async function orphanedApis(api: KubernetesApi, call: Call): Promise<string | undefined> {
    const path = "/apis/apiregistration.k8s.io/v1/apiservices";
    const { items } = await api.request<ApiList>(HttpMethod.GET, path, { signal: call.signal });
    const orphans: string[] = [];
    for (const { metadata, spec } of items as unknown as V1APIService[]) {
        const { namespace, name } = spec?.service ?? {};
        if (name !== undefined && !(await api.get(`/api/v1/namespaces/${namespace}/services/${name}`, call))) {
            orphans.push(
                `APIService ${metadata?.name} is answered by Service ${namespace}/${name}, which is not there`,
            );
        }
    }
    return orphans.length === 0
        ? undefined
        : `${orphans.join("; ")}: no namespace can be deleted before it is. Delete it with ` +
              `\`kubectl delete apiservice\`, then run again`;
}

/** In a namespace that is being deleted each condition is a problem when it is true. */
function conditions(namespace: ApiObject) {
    const { status } = namespace as unknown as V1Namespace;
    return namespace.kind === "Namespace" ? (status?.conditions ?? []).filter((one) => one.status === "True") : [];
}
