import { type V1Pod } from "@kubernetes/client-node";

import { type Labels } from "./selector.ts";

export const Protocol = { tcp: "TCP", udp: "UDP", sctp: "SCTP" } as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

export interface NamedPort {
    readonly name: string;
    readonly port: number;
    readonly protocol: Protocol;
}

/** What a policy can say of a pod. */
export interface PolicyPod {
    readonly namespace: string;
    readonly labels: Labels;
    readonly address: string;
    readonly ports: readonly NamedPort[];
}

/**
 * A pod as policies see it, or undefined for one that they do not: on the node's own network, without an address, or
 * ended, when its address may be another's. Ports are those of its main containers: the network plug-ins do not agree
 * on whether a sidecar's port has a name, so a policy has to give its number.
 */
export function policyPod(pod: V1Pod, address: string | undefined = pod.status?.podIP): PolicyPod | undefined {
    const { metadata, spec, status } = pod;
    if (address === undefined || spec?.hostNetwork === true || ["Succeeded", "Failed"].includes(status?.phase ?? "")) {
        return undefined;
    }
    const ports = (spec?.containers ?? [])
        .flatMap((container) => container.ports ?? [])
        .flatMap(({ name, containerPort, protocol }) =>
            name === undefined ? [] : [{ name, port: containerPort, protocol: protocolOf(protocol) }],
        );
    return { namespace: metadata?.namespace ?? "", labels: metadata?.labels ?? {}, address, ports };
}

/** As the API server fills it in. */
export function protocolOf(protocol: string | undefined): Protocol {
    return (protocol ?? Protocol.tcp) as Protocol;
}
