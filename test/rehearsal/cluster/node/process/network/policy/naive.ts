import { type V1LabelSelector, type V1NetworkPolicy, type V1NetworkPolicyPeer } from "@kubernetes/client-node";

import { type PolicyWorld } from "../../../../../../../rehearsal/cluster/node/process/network/policy/pod-rules.ts";
import {
    type PolicyPod,
    type Protocol,
} from "../../../../../../../rehearsal/cluster/node/process/network/policy/policy-pod.ts";

export interface Connection {
    readonly from: string;
    readonly to: string;
    readonly port: number;
    readonly protocol: Protocol;
}

/**
 * Whether a connection is allowed, read off the objects as Kubernetes' own words about NetworkPolicy say, one connection
 * at a time: slow, and with nothing in common with what makes rules out of them.
 */
export function isAllowed(world: PolicyWorld, { from, to, port, protocol }: Connection): boolean {
    if (from === to) {
        return true;
    }
    const caller = world.pods.find(({ address }) => address === from);
    const called = world.pods.find(({ address }) => address === to);
    const portFits = (wanted: { port?: number | string; endPort?: number; protocol?: string }): boolean => {
        if ((wanted.protocol ?? "TCP") !== protocol) {
            return false;
        }
        if (typeof wanted.port === "string") {
            return (called?.ports ?? []).some(
                (named) => named.name === wanted.port && named.port === port && named.protocol === protocol,
            );
        }
        return wanted.port === undefined || (port >= wanted.port && port <= (wanted.endPort ?? wanted.port));
    };
    const sideAllows = (pod: PolicyPod | undefined, type: "Ingress" | "Egress", other: string): boolean => {
        if (pod === undefined) {
            return true;
        }
        const about = world.policies.filter(
            (policy) =>
                policy.metadata?.namespace === pod.namespace &&
                matches(policy.spec?.podSelector, pod.labels) &&
                policy.spec?.policyTypes?.includes(type),
        );
        return (
            about.length === 0 ||
            about.some((policy) =>
                (type === "Ingress" ? (policy.spec?.ingress ?? []) : (policy.spec?.egress ?? [])).some((rule) => {
                    const peers = ("to" in rule ? rule.to : "_from" in rule ? rule._from : undefined) ?? [];
                    const ports = rule.ports ?? [];
                    const areOther = (some: readonly V1NetworkPolicyPeer[]) =>
                        peers.length === 0 || some.some((peer) => isPeer(world, policy, peer, other));
                    // On the way out a name is a port of a pod, and a block of addresses knows no pods.
                    const named = type === "Egress" ? peers.filter(({ ipBlock }) => !ipBlock) : peers;
                    return ports.length === 0
                        ? areOther(peers)
                        : ports.some(
                              (wanted) => portFits(wanted) && areOther(typeof wanted.port === "string" ? named : peers),
                          );
                }),
            )
        );
    };
    return sideAllows(caller, "Egress", to) && sideAllows(called, "Ingress", from);
}

function isPeer(world: PolicyWorld, policy: V1NetworkPolicy, peer: V1NetworkPolicyPeer, address: string): boolean {
    if (peer.ipBlock) {
        const { cidr, except = [] } = peer.ipBlock;
        return inBlock(cidr, address) && except.every((hole) => !inBlock(hole, address));
    }
    const pod = world.pods.find((one) => one.address === address);
    if (pod === undefined) {
        return false;
    }
    const namespaceFits = peer.namespaceSelector
        ? matches(peer.namespaceSelector, world.namespaces.get(pod.namespace) ?? {})
        : pod.namespace === policy.metadata?.namespace;
    return namespaceFits && (peer.podSelector ? matches(peer.podSelector, pod.labels) : true);
}

function matches(selector: V1LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
    const wanted = Object.entries(selector?.matchLabels ?? {});
    const absent = (selector?.matchExpressions ?? []).filter(({ operator }) => operator === "DoesNotExist");
    return wanted.every(([key, value]) => labels[key] === value) && absent.every(({ key }) => !(key in labels));
}

export function inBlock(cidr: string, address: string): boolean {
    const [network = "", length = ""] = cidr.split("/");
    const size = 2 ** (32 - Number(length));
    return Math.floor(numberOf(network) / size) === Math.floor(numberOf(address) / size);
}

function numberOf(address: string): number {
    return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
