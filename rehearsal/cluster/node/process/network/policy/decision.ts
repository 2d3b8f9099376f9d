import { BlockList } from "node:net";

import { type Allowance, type AddressRange, type PodRules } from "./pod-rules.ts";
import { type Protocol } from "./policy-pod.ts";

/** The other side of a connection, and the port that is called. */
export interface Call {
    readonly address: string;
    readonly port: number;
    readonly protocol: Protocol;
}

/** Whether the rules of a pod let it receive or make this call. */
export function allows(rules: PodRules, direction: "ingress" | "egress", call: Call): boolean {
    const allowances = rules[direction];
    return allowances === undefined || call.address === rules.address || allowances.some((one) => covers(one, call));
}

function covers({ peers, ports }: Allowance, { address, port, protocol }: Call): boolean {
    return (
        (peers === undefined || peers.some((range) => contains(range, address))) &&
        (ports === undefined ||
            ports.some((range) => range.protocol === protocol && range.from <= port && port <= range.to))
    );
}

function contains({ cidr, except }: AddressRange, address: string): boolean {
    return within(cidr, address) && !except.some((hole) => within(hole, address));
}

function within(cidr: string, address: string): boolean {
    const [network = "", length = "32"] = cidr.split("/");
    const list = new BlockList();
    list.addSubnet(network, Number(length));
    return list.check(address);
}
