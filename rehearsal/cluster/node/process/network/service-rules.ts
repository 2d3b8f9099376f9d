import { type PacketRules } from "./packet-table.ts";
import { type Route } from "./service-table.ts";

/**
 * What a cluster's proxy does for Services, for a table of nftables: a connection to a Service's address goes to one of
 * its pods in turn, and the pod sees who calls. For a Service that nobody is behind there is no rule, and then nobody
 * listens at its address either: it is refused at once.
 */
export function serviceRules(routes: readonly Route[]): PacketRules {
    const own = new Set(routes.flatMap(({ to }) => to.map(({ address }) => address)));
    const hairpin = "set hairpin { type ipv4_addr . ipv4_addr;";
    return {
        parts: [
            `${hairpin} }`,
            ...[...own].map((address) => `${hairpin} elements = { ${address} . ${address} }; }`),
            "chain services { }",
            ...routes.flatMap(translation),
        ],
        hooks: `
            chain arriving { type nat hook prerouting priority dstnat; policy accept; jump services; }
            # A pod that calls itself by its Service would take the packet for one that it sent.
            chain leaving {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr . ip daddr @hairpin masquerade
            }
        `,
    };
}

function translation({ from, to }: Route): string[] {
    const [address = "", port = ""] = from.split(":");
    if (to.length === 0) {
        return [];
    }
    const targets = to.map((target, turn) => `${String(turn)} : ${target.address} . ${String(target.port)}`);
    const choice = `numgen inc mod ${String(to.length)} map { ${targets.join(", ")} }`;
    return [`chain services { ip daddr ${address} tcp dport ${port} dnat ip to ${choice}; }`];
}
