import { createHash } from "node:crypto";

import { type PacketRules } from "../packet-table.ts";
import { type AddressRange, type Allowance, type PodRules, type PortRange } from "./pod-rules.ts";

type Direction = "ingress" | "egress";

/** The side of a packet on which the other pod or host is. */
const OTHER_SIDE = { ingress: "saddr", egress: "daddr" } as const;

/**
 * The rules of all pods, for a table of nftables. They see each packet that a pod sends, after the address of a Service
 * has become that of a pod. What the node itself sends never comes this way: probes always pass, as in any cluster.
 *
 * A packet is dropped, not rejected: so do the network plug-ins of real clusters, and a program that gets on only because
 * a refusal comes at once would hang there. A connection is judged with each packet of the side that opened it, so one
 * that is open stops when no policy allows it any more. An address that is no known pod's reaches nothing.
 *
 * @param range all addresses that pods may have.
 */
export function packetRules(pods: readonly PodRules[], range: string): PacketRules {
    const chains = new Map(
        pods
            .flatMap((pod) => [chainOf(pod, "egress"), chainOf(pod, "ingress")])
            .filter((chain) => chain !== undefined)
            .map((chain) => [chain.name, chain]),
    );
    return {
        parts: [
            "set known { type ipv4_addr; }",
            "set itself { type ipv4_addr . ipv4_addr; }",
            ...[...chains.values()].flatMap(({ parts }) => parts),
            "map egress { type ipv4_addr : verdict; }",
            "map ingress { type ipv4_addr : verdict; }",
            ...pods.flatMap(membership),
        ],
        hooks: `
            chain packets {
                type filter hook prerouting priority filter; policy drop;
                iifname "lo" accept
                meta nfproto ipv6 drop
                fib saddr . iif oif missing counter drop
                ct state invalid drop
                ct direction reply ct state established accept
                ct state related accept
                ip saddr ${range} ip saddr != @known counter drop
                ip saddr . ip daddr @itself accept
                ip saddr vmap @egress
                ip daddr vmap @ingress
                accept
            }
        `,
    };
}

/** What holds until the first rules are there, and when others cannot be put in force: no pod reaches anything. */
export const CLOSED: PacketRules = {
    parts: [],
    hooks: "chain packets { type filter hook prerouting priority filter; policy drop; }",
};

function membership(pod: PodRules): string[] {
    const { address } = pod;
    const jump = (direction: Direction): string[] => {
        const chain = chainOf(pod, direction);
        return chain === undefined
            ? []
            : [`map ${direction} { type ipv4_addr : verdict; elements = { ${address} : jump ${chain.name} }; }`];
    };
    return [
        `set known { type ipv4_addr; elements = { ${address} }; }`,
        `set itself { type ipv4_addr . ipv4_addr; elements = { ${address} . ${address} }; }`,
        ...jump("egress"),
        ...jump("ingress"),
    ];
}

interface Chain {
    readonly name: string;
    readonly parts: readonly string[];
}

/** The rules of a pod in one direction. Pods of one workload have the same, and share the chain. */
function chainOf(pod: PodRules, direction: Direction): Chain | undefined {
    const allowances = pod[direction];
    if (allowances === undefined) {
        return undefined;
    }
    const side = `ip ${OTHER_SIDE[direction]}`;
    const exact = [...new Set(allowances.flatMap(exactCalls))];
    const rules = [
        ...new Set(allowances.flatMap((allowance) => conditions(allowance, side).map((one) => `${one} return`))),
    ];
    const digest = createHash("sha256")
        .update(JSON.stringify([exact, rules]))
        .digest("hex")
        .slice(0, 16);
    const name = `${direction}-${digest}`;
    const set = `set ${name}-exact { type ipv4_addr . inet_proto . inet_service;`;
    return {
        name,
        parts: [
            `${set} }`,
            ...exact.map((call) => `${set} elements = { ${call} }; }`),
            `chain ${name} { ${side} . meta l4proto . th dport @${name}-exact return; }`,
            ...rules.map((rule) => `chain ${name} { ${rule}; }`),
            `chain ${name} { counter drop; }`,
        ],
    };
}

/** Single addresses with single ports, which are most of all: one set holds them, where rules would be too many to load. */
function exactCalls({ peers = [], ports = [] }: Allowance): string[] {
    const singlePorts = ports.filter(isSinglePort);
    return peers
        .filter(isSingle)
        .flatMap((peer) =>
            singlePorts.map(({ protocol, from }) => `${addressOf(peer)} . ${protocol.toLowerCase()} . ${String(from)}`),
        );
}

/** What is left when the exact calls are taken out. */
function conditions({ peers, ports }: Allowance, side: string): string[] {
    if (peers === undefined) {
        return portConditions(ports);
    }
    const blocks = peers.filter((peer) => !isSingle(peer)).map((block) => blockCondition(block, side));
    const singles = peers.filter(isSingle).map(addressOf);
    const set = singles.length === 0 ? [] : [`${side} { ${[...new Set(singles)].join(", ")} }`];
    const wide = ports?.filter((port) => !isSinglePort(port));
    return [...joined(blocks, portConditions(ports)), ...joined(set, portConditions(wide))];
}

function joined(sides: readonly string[], calls: readonly string[]): string[] {
    return sides.flatMap((side) => calls.map((call) => `${side} ${call}`.trim()));
}

/** Blocks may not overlap in a set, so each has a rule of its own. */
function blockCondition({ cidr, except }: AddressRange, side: string): string {
    return [cidr, ...except.map((hole) => `!= ${hole}`)].map((one) => `${side} ${one}`).join(" ");
}

/** One for all single ports of a protocol, and one for each range, since ranges may overlap too. */
function portConditions(ports: readonly PortRange[] | undefined): string[] {
    if (ports === undefined) {
        return [""];
    }
    const singles = Map.groupBy(ports.filter(isSinglePort), ({ protocol }) => protocol.toLowerCase());
    return [
        ...[...singles].map(
            ([protocol, some]) => `${protocol} dport { ${[...new Set(some.map(({ from }) => from))].join(", ")} }`,
        ),
        ...ports
            .filter((port) => !isSinglePort(port))
            .map(({ protocol, from, to }) => `${protocol.toLowerCase()} dport ${String(from)}-${String(to)}`),
    ];
}

function isSingle({ cidr, except }: AddressRange): boolean {
    return cidr.endsWith("/32") && except.length === 0;
}

function isSinglePort({ from, to }: PortRange): boolean {
    return from === to;
}

function addressOf({ cidr }: AddressRange): string {
    return cidr.slice(0, -"/32".length);
}
