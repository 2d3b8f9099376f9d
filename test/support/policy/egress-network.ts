import { type PolicyObject } from "../../../components/mesh/policy/objects/policy-object.ts";
import { isWithin } from "./linkerd-policy.ts";

/** A connection that leaves a meshed pod for an address that is no Service's. */
export interface Leaving {
    readonly namespace: string;
    readonly address: string;
    readonly port: number;
    /** The name in TLS's greeting. Undefined is no TLS. */
    readonly serverName?: string;
}

interface Network {
    readonly cidr: string;
    readonly except?: readonly string[];
}

/**
 * Whether a pod's proxy lets a connection out: the namespace's narrowest EgressNetwork that has the address decides, by the
 * routes on its port and else by its policy. Where none has it the proxy asks nobody.
 */
export function egressDecision(
    objects: readonly PolicyObject[],
    { namespace, address, port, serverName }: Leaving,
): boolean {
    const here = objects.filter(({ metadata }) => metadata.namespace === namespace);
    const [network] = here
        .filter(({ kind }) => kind === "EgressNetwork")
        .flatMap((object) => {
            const { networks } = object.spec as { networks: readonly Network[] };
            return networks
                .filter((range) => isWithin(address, range))
                .map(({ cidr }) => ({ object, bits: bitsOf(cidr) }));
        })
        .toSorted((one, other) => other.bits - one.bits);
    if (network === undefined) {
        return true;
    }
    const { object } = network;
    const routes = here.filter(
        ({ kind, spec }) =>
            (kind === "TLSRoute" || kind === "TCPRoute") &&
            (spec as { parentRefs: { kind: string; name: string; port: number }[] }).parentRefs.some(
                (ref) => ref.kind === "EgressNetwork" && ref.name === object.metadata.name && ref.port === port,
            ),
    );
    const leads = routes.some(
        ({ kind, spec }) =>
            kind === "TCPRoute" ||
            (spec as { hostnames: string[] }).hostnames.some((host) => isNamed(serverName ?? "", host)),
    );
    return leads || (object.spec as { trafficPolicy: string }).trafficPolicy === "Allow";
}

function bitsOf(cidr: string): number {
    return Number(cidr.split("/")[1]);
}

function isNamed(name: string, host: string): boolean {
    return host.startsWith("*.") ? name.endsWith(host.slice(1)) && name.length > host.length - 1 : name === host;
}
