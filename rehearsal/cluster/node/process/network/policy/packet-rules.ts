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
export function packetRules(pods: readonly PodRules[], range: string): string {
    const addresses = pods.map(({ address }) => address);
    return `
        set known { type ipv4_addr; ${elements(addresses)} }
        set itself { type ipv4_addr . ipv4_addr; ${elements(addresses.map((address) => `${address} . ${address}`))} }
        ${pods.flatMap((pod) => [chain(pod, "egress"), chain(pod, "ingress")]).join("")}
        map egress { type ipv4_addr : verdict; ${elements(jumps(pods, "egress"))} }
        map ingress { type ipv4_addr : verdict; ${elements(jumps(pods, "ingress"))} }
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
    `;
}

/** What holds until the first rules are there, and when others cannot be put in force: no pod reaches anything. */
export const CLOSED = "chain packets { type filter hook prerouting priority filter; policy drop; }";

function jumps(pods: readonly PodRules[], direction: Direction): string[] {
    return pods
        .filter((pod) => pod[direction] !== undefined)
        .map((pod) => `${pod.address} : jump ${nameOf(pod, direction)}`);
}

function chain(pod: PodRules, direction: Direction): string {
    const allowances = pod[direction];
    if (allowances === undefined) {
        return "";
    }
    const rules = allowances.flatMap((allowance) => conditions(allowance, direction).map((one) => `${one} return\n`));
    // The same allowance may follow from several policies.
    return `chain ${nameOf(pod, direction)} {\n${[...new Set(rules)].join("")}counter drop\n}\n`;
}

function conditions({ peers, ports }: Allowance, direction: Direction): string[] {
    const sides = peers === undefined ? [""] : peerConditions(peers, `ip ${OTHER_SIDE[direction]}`);
    const calls = ports === undefined ? [""] : ports.map(portCondition);
    return sides.flatMap((side) => calls.map((call) => `${side} ${call}`));
}

/** One for all single addresses and one for each block: in one set, blocks may not overlap. */
function peerConditions(peers: readonly AddressRange[], side: string): string[] {
    const isSingle = ({ cidr, except }: AddressRange): boolean => cidr.endsWith("/32") && except.length === 0;
    const singles = new Set(peers.filter(isSingle).map(({ cidr }) => cidr.slice(0, -"/32".length)));
    return [
        ...(singles.size === 0 ? [] : [`${side} { ${[...singles].join(", ")} }`]),
        ...peers
            .filter((peer) => !isSingle(peer))
            .map(({ cidr, except }) => [cidr, ...except.map((hole) => `!= ${hole}`)].map((one) => `${side} ${one}`))
            .map((parts) => parts.join(" ")),
    ];
}

function portCondition({ protocol, from, to }: PortRange): string {
    return `${protocol.toLowerCase()} dport ${from === to ? String(from) : `${String(from)}-${String(to)}`}`;
}

function nameOf({ address }: PodRules, direction: Direction): string {
    return `${direction}-${address.replaceAll(".", "-")}`;
}

/** An empty list of elements is a mistake to nftables. */
function elements(list: readonly string[]): string {
    return list.length === 0 ? "" : `elements = { ${list.join(", ")} };`;
}
