import { type KubernetesObject, type V1LabelSelector, type V1Pod } from "@kubernetes/client-node";

import { selects } from "../process/network/policy/selector.ts";

/** A Server of Linkerd's (policy.linkerd.io), as far as it says which ports of which pods it is about. */
export interface MeshServer extends KubernetesObject {
    readonly spec?: { readonly podSelector?: V1LabelSelector; readonly port: number | string };
}

/**
 * What is wrong with the Servers that choose a pod, or undefined. Linkerd takes both of these and says nothing: of two for
 * one port the older counts, which is luck when they were made in one second, and with a port's name that the pod does
 * not have the default policy stays in force.
 */
export function serverProblem(pod: V1Pod, servers: readonly MeshServer[]): string | undefined {
    const ports = namedPorts(pod);
    const chosen = new Map<number, string>();
    const choosing = servers.filter(
        ({ metadata, spec }) =>
            metadata?.namespace === pod.metadata?.namespace && selects(spec?.podSelector, pod.metadata?.labels ?? {}),
    );
    for (const { metadata, spec } of choosing) {
        const name = metadata?.name ?? "";
        const port = typeof spec?.port === "string" ? ports.get(spec.port) : spec?.port;
        if (port === undefined) {
            return (
                `Server ${name} chooses this pod at its port "${String(spec?.port)}", and it has none of that name: its ` +
                "default policy would stay in force. Give the number, or the name that the pod has."
            );
        }
        const other = chosen.get(port);
        if (other !== undefined) {
            return (
                `Servers ${other} and ${name} both choose port ${String(port)} of this pod: only the older would count. ` +
                "Let one Server choose it."
            );
        }
        chosen.set(port, name);
    }
    return undefined;
}

function namedPorts({ spec }: V1Pod): ReadonlyMap<string, number> {
    const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
    return new Map(
        containers
            .flatMap(({ ports }) => ports ?? [])
            .flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort]])),
    );
}
