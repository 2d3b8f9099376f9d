import { type NetworkPeer, type NetworkPolicy } from "../../../components/mesh/policy/objects/network-policy.ts";
import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";
import { isWithin, selects } from "./linkerd-policy.ts";

/** One end of a connection: a pod, or an address outside of all pods. */
export interface End {
    readonly address: string;
    /** Undefined is no pod of the cluster. */
    readonly pod?: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

export interface Packet {
    readonly from: End;
    readonly to: End;
    readonly port: number;
    readonly protocol?: "TCP" | "UDP";
}

/** Whether NetworkPolicies let a connection through: both the sender's and the receiver's must. */
export function networkDecision(objects: readonly PolicyObject[], packet: Packet): boolean {
    const policies = objects.filter((object): object is NetworkPolicy => object.kind === "NetworkPolicy");
    return direction(policies, packet, "Egress") && direction(policies, packet, "Ingress");
}

function direction(policies: readonly NetworkPolicy[], packet: Packet, type: "Ingress" | "Egress"): boolean {
    const [own, other] = type === "Ingress" ? [packet.to, packet.from] : [packet.from, packet.to];
    const { pod } = own;
    if (pod === undefined) {
        return true;
    }
    const selecting = policies.filter(
        ({ metadata, spec }) =>
            metadata.namespace === pod.namespace &&
            spec.policyTypes.includes(type) &&
            selects(spec.podSelector, pod.labels),
    );
    return (
        selecting.length === 0 ||
        selecting.some(({ metadata, spec }) => {
            const rules =
                type === "Ingress"
                    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
                    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
            return rules.some(
                ({ peers, ports }) =>
                    // Kubernetes' own traps: a list that is empty names everybody, and every port.
                    (peers.length === 0 || peers.some((peer) => isPeer(peer, other, metadata.namespace))) &&
                    (ports.length === 0 ||
                        ports.some(
                            ({ port, protocol }) => port === packet.port && protocol === (packet.protocol ?? "TCP"),
                        )),
            );
        })
    );
}

function isPeer({ namespaceSelector, podSelector, ipBlock }: NetworkPeer, { address, pod }: End, own: string): boolean {
    if (ipBlock !== undefined) {
        return isWithin(address, ipBlock);
    }
    if (pod === undefined) {
        return false;
    }
    const inNamespace =
        namespaceSelector === undefined
            ? pod.namespace === own
            : selects(namespaceSelector, { "kubernetes.io/metadata.name": pod.namespace });
    return inNamespace && selects(podSelector, pod.labels);
}
