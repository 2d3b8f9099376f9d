import {
    type Caller,
    type Connection,
    type ConnectionTable,
    type Egress,
    type EveryPodOf,
    isMeshed,
    type Port,
    type Workload,
} from "../../../connection.ts";
import { policyName } from "./policy-name.ts";
import { type PolicyObject } from "./policy-object.ts";

export interface NetworkPeer {
    readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface NetworkPort {
    readonly protocol: "TCP" | "UDP";
    readonly port: number;
}

export type NetworkPolicy = PolicyObject<
    "NetworkPolicy",
    {
        readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
        readonly policyTypes: readonly ("Ingress" | "Egress")[];
        readonly ingress?: readonly { readonly from: readonly NetworkPeer[]; readonly ports: readonly NetworkPort[] }[];
        readonly egress?: readonly { readonly to: readonly NetworkPeer[]; readonly ports: readonly NetworkPort[] }[];
    }
>;

/** What is in no cluster's internet: the addresses of the node itself, among them its metadata and its credentials. */
const linkLocal = ["169.254.0.0/16", "fe80::/10"];

/**
 * Where a proxy takes connections of other proxies, whatever the port that they are for: that port is named inside. So
 * between two meshed pods addresses and ports say no more than who may talk to whom at all; the mesh says on which port.
 */
export const proxyPort = 4143;

/** Everything that the rows say, as far as addresses and ports can say it. One policy for each end of a row's arrow. */
export function networkPolicies(table: ConnectionTable, clusterCidrs: readonly string[]): NetworkPolicy[] {
    return [
        ...table.namespaces.map(denyEverything),
        ...listeners(table).map(([to, connections]) => ingressPolicy(to, connections)),
        ...callers(table).map(([from, connections, egress]) => egressPolicy(from, connections, egress, clusterCidrs)),
    ];
}

function denyEverything(namespace: string): NetworkPolicy {
    return policy("default-deny", namespace, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
}

/** Who may come to the pods of a workload. Whoever has no row may not any more. */
export function ingressPolicy(to: Workload, connections: readonly Connection[]): NetworkPolicy {
    return policy(policyName("to", to.name), to.namespace, {
        podSelector: { matchLabels: to.labels },
        policyTypes: ["Ingress"],
        ingress: connections.flatMap(({ from, port }) =>
            // Whoever has no proxy needs no port of a proxy's.
            [...Map.groupBy(from, (caller) => isMeshed(to) && mayBeMeshed(caller))]
                .map(([meshed, callers]) => ({ from: callers.flatMap(peers), ports: networkPorts(port, meshed) }))
                // Of an empty list Kubernetes would say that it means everybody.
                .filter((rule) => rule.from.length > 0),
        ),
    });
}

function egressPolicy(
    from: Workload | EveryPodOf,
    connections: readonly Connection[],
    egress: readonly Egress[],
    clusterCidrs: readonly string[],
): NetworkPolicy {
    const everyPod = from.kind === "namespace";
    return policy(everyPod ? "from-every-pod" : policyName("from", from.name), from.namespace, {
        podSelector: everyPod ? {} : { matchLabels: from.labels },
        policyTypes: ["Egress"],
        egress: [
            ...connections.map(({ to, port }) => ({
                to: peers(to),
                ports: networkPorts(port, isMeshed(to) && mayBeMeshed(from)),
            })),
            ...egress.map((row) => outwards(row, clusterCidrs)),
        ],
    });
}

function outwards({ to }: Egress, clusterCidrs: readonly string[]) {
    if (to.kind === "addresses") {
        return {
            to: to.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
            ports: to.ports.map(({ number, transport }) => ({ protocol: transport, port: number })),
        };
    }
    const closed = [...(to.private ? [] : clusterCidrs), ...linkLocal];
    const everywhere = (family: string, cidr: string) => ({
        ipBlock: { cidr, except: closed.filter((own) => own.includes(family)) },
    });
    return {
        to: [everywhere(".", "0.0.0.0/0"), everywhere(":", "::/0")],
        ports: [{ protocol: "TCP" as const, port: to.port }],
    };
}

function peers(caller: Caller): NetworkPeer[] {
    const namespaceSelector = (namespace: string) => ({ matchLabels: { "kubernetes.io/metadata.name": namespace } });
    switch (caller.kind) {
        case "workload":
            return [
                {
                    namespaceSelector: namespaceSelector(caller.namespace),
                    podSelector: { matchLabels: caller.labels },
                },
            ];
        case "namespace":
            return [{ namespaceSelector: namespaceSelector(caller.namespace) }];
        case "cluster":
            return [{ namespaceSelector: {} }];
        case "addresses":
            return caller.onNode ? [] : caller.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    }
}

function networkPorts({ number, transports }: Port, meshed: boolean): NetworkPort[] {
    return [
        ...(transports ?? ["TCP" as const]).map((protocol) => ({ protocol, port: number })),
        ...(meshed ? [{ protocol: "TCP" as const, port: proxyPort }] : []),
    ];
}

function mayBeMeshed(caller: Caller): boolean {
    // Every pod of the cluster may call the control plane alone, which proxies call as it is, past its own proxy.
    return caller.kind === "workload" ? isMeshed(caller) : caller.kind === "namespace";
}

/** The workloads of our namespaces that are called, with the rows that say so. */
function listeners({ connections, namespaces }: ConnectionTable): [Workload, Connection[]][] {
    const known = new Set(namespaces);
    const ours = connections.filter(({ to }) => known.has(to.namespace));
    return [...Map.groupBy(ours, ({ to }) => `${to.namespace}/${to.name}`).values()].map((rows) => [
        (rows[0] as Connection).to,
        rows,
    ]);
}

/** The workloads of our namespaces that call, with the rows that say so. */
function callers(table: ConnectionTable): [Workload | EveryPodOf, Connection[], Egress[]][] {
    const found = new Map<string, [Workload | EveryPodOf, Connection[], Egress[]]>();
    const known = new Set(table.namespaces);
    const of = (from: Caller) => {
        if (from.kind === "addresses" || from.kind === "cluster" || !known.has(from.namespace)) {
            return undefined;
        }
        const key = from.kind === "namespace" ? from.namespace : `${from.namespace}/${from.name}`;
        const entry = found.get(key) ?? [from, [], []];
        found.set(key, entry);
        return entry;
    };
    for (const row of table.connections) {
        row.from.forEach((from) => of(from)?.[1].push(row));
    }
    for (const row of table.egress) {
        row.from.forEach((from) => of(from)?.[2].push(row));
    }
    return [...found.values()];
}

function policy(name: string, namespace: string, spec: NetworkPolicy["spec"]): NetworkPolicy {
    return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}
