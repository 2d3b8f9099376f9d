import {
    type V1NetworkPolicy,
    type V1NetworkPolicyIngressRule,
    type V1NetworkPolicyPeer,
    type V1NetworkPolicyPort,
} from "@kubernetes/client-node";

import { type NamedPort, type PolicyPod, type Protocol, protocolOf } from "./policy-pod.ts";
import { type Labels, selects } from "./selector.ts";

/** The objects from which rules follow. */
export interface PolicyWorld {
    readonly pods: readonly PolicyPod[];
    /** Labels of the namespaces, by name. */
    readonly namespaces: ReadonlyMap<string, Labels>;
    readonly policies: readonly V1NetworkPolicy[];
}

export interface AddressRange {
    readonly cidr: string;
    readonly except: readonly string[];
}

export interface PortRange {
    readonly protocol: Protocol;
    readonly from: number;
    readonly to: number;
}

/** Connections that are allowed. What is absent is not asked for: any address, any port of any protocol. */
export interface Allowance {
    readonly peers?: readonly AddressRange[];
    readonly ports?: readonly PortRange[];
}

/** What one pod may do. A direction that is absent is free, because no policy speaks of it. */
export interface PodRules {
    readonly address: string;
    readonly ingress?: readonly Allowance[];
    readonly egress?: readonly Allowance[];
}

const HIGHEST_PORT = 65_535;

/**
 * What the cluster's network policies (networking.k8s.io/v1) say of each pod. Nothing is asked of the machine, so this
 * is where their meaning can be read and tested.
 */
export function podRules(world: PolicyWorld): PodRules[] {
    return world.pods.map((pod) => {
        const own = world.policies.filter(
            ({ metadata, spec }) =>
                metadata?.namespace === pod.namespace && selects(spec?.podSelector ?? {}, pod.labels),
        );
        return { address: pod.address, ingress: ingressOf(pod, own, world), egress: egressOf(own, world) };
    });
}

function ingressOf(
    pod: PolicyPod,
    policies: readonly V1NetworkPolicy[],
    world: PolicyWorld,
): readonly Allowance[] | undefined {
    const isolating = policies.filter((policy) => typesOf(policy).includes("Ingress"));
    if (isolating.length === 0) {
        return undefined;
    }
    return isolating.flatMap((policy) =>
        (policy.spec?.ingress ?? []).flatMap((rule) => {
            const { ports } = rule;
            const from = callers(rule);
            const peers = isGiven(from) ? from.flatMap((peer) => rangesOf(peer, policy, world)) : undefined;
            const resolved = isGiven(ports) ? ports.flatMap((port) => portsOf(port, pod.ports)) : undefined;
            return allowance(peers, resolved);
        }),
    );
}

function egressOf(policies: readonly V1NetworkPolicy[], world: PolicyWorld): readonly Allowance[] | undefined {
    const isolating = policies.filter((policy) => typesOf(policy).includes("Egress"));
    if (isolating.length === 0) {
        return undefined;
    }
    return isolating.flatMap((policy) =>
        (policy.spec?.egress ?? []).flatMap(({ to, ports }) => {
            const numbered = isGiven(ports) ? ports.filter(isNumbered).flatMap((port) => portsOf(port, [])) : undefined;
            const named = (ports ?? []).filter((port) => !isNumbered(port));
            const peers = isGiven(to) ? to.flatMap((peer) => rangesOf(peer, policy, world)) : undefined;
            const targets = isGiven(to) ? to.flatMap((peer) => podsOf(peer, policy, world)) : world.pods;
            return [
                ...allowance(peers, numbered),
                // A name means another port at each pod, and none at an address that is no pod's.
                ...(named.length === 0 ? [] : targets).flatMap((target) =>
                    allowance(
                        [single(target.address)],
                        named.flatMap((port) => portsOf(port, target.ports)),
                    ),
                ),
            ];
        }),
    );
}

/** The client renames the field in what it lists, and not in what it watches. */
function callers(rule: V1NetworkPolicyIngressRule): readonly V1NetworkPolicyPeer[] | undefined {
    return rule._from ?? (rule as { from?: readonly V1NetworkPolicyPeer[] }).from;
}

/** None when a list that was given comes to nothing: that allows nothing, while an absent one allows everything. */
function allowance(
    peers: readonly AddressRange[] | undefined,
    ports: readonly PortRange[] | undefined,
): readonly Allowance[] {
    return peers?.length === 0 || ports?.length === 0 ? [] : [{ peers, ports }];
}

/** As the API server fills it in. */
function typesOf({ spec }: V1NetworkPolicy): readonly string[] {
    const { policyTypes, egress } = spec ?? {};
    return isGiven(policyTypes) ? policyTypes : ["Ingress", ...(isGiven(egress) ? ["Egress"] : [])];
}

function rangesOf(peer: V1NetworkPolicyPeer, policy: V1NetworkPolicy, world: PolicyWorld): AddressRange[] {
    if (peer.ipBlock !== undefined) {
        const { cidr, except = [] } = peer.ipBlock;
        // The cluster's network has no IPv6.
        return cidr.includes(":") ? [] : [{ cidr, except }];
    }
    return podsOf(peer, policy, world).map(({ address }) => single(address));
}

function podsOf(
    { ipBlock, podSelector, namespaceSelector }: V1NetworkPolicyPeer,
    policy: V1NetworkPolicy,
    world: PolicyWorld,
): readonly PolicyPod[] {
    if (ipBlock !== undefined) {
        return [];
    }
    return world.pods.filter(({ namespace, labels }) => {
        const isThere =
            namespaceSelector === undefined
                ? namespace === policy.metadata?.namespace
                : selects(namespaceSelector, world.namespaces.get(namespace) ?? {});
        return isThere && (podSelector === undefined || selects(podSelector, labels));
    });
}

function portsOf({ port, endPort, protocol }: V1NetworkPolicyPort, names: readonly NamedPort[]): PortRange[] {
    const wanted = protocolOf(protocol);
    if (port === undefined) {
        return [{ protocol: wanted, from: 0, to: HIGHEST_PORT }];
    }
    if (typeof port === "number") {
        return [{ protocol: wanted, from: port, to: endPort ?? port }];
    }
    return names
        .filter((known) => known.name === port && known.protocol === wanted)
        .map((known) => ({ protocol: wanted, from: known.port, to: known.port }));
}

function isNumbered({ port }: V1NetworkPolicyPort): boolean {
    return typeof port !== "string";
}

function isGiven<T>(list: readonly T[] | undefined): list is readonly T[] {
    return list !== undefined && list.length > 0;
}

function single(address: string): AddressRange {
    return { cidr: `${address}/32`, except: [] };
}
