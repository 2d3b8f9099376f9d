import {
    type Connection,
    DecidedBy,
    type Egress,
    type EveryPodOf,
    type NonEmpty,
    type Port,
    Protocol,
    type Workload,
} from "../../connection.ts";
import { linkerdNamespace } from "../names.ts";
import { type ClusterAddresses, kubelet, nameServer } from "./sources.ts";
import { destination, identity, ports, tap } from "./workloads.ts";

/** The proxy's own ports, which it serves itself. */
const proxyAdmin: Port = { number: 4191, protocol: Protocol.http };
const proxyTap: Port = { number: 4190, protocol: Protocol.grpc, decidedBy: DecidedBy.nobody };

const dns = (transport: "TCP" | "UDP") => ({ number: 53, transport });

const everyPodOf = (namespace: string): EveryPodOf => ({ kind: "namespace", namespace });

/** What every namespace needs, whether its pods have proxies or not. */
export function namesFor(namespaces: readonly string[], { cluster }: ClusterAddresses) {
    const [first, ...rest] = namespaces.map(everyPodOf);
    if (first === undefined) {
        return { connections: [], egress: [] };
    }
    const from: NonEmpty<EveryPodOf> = [first, ...rest];
    const connections: Connection[] = [
        {
            name: "names",
            from,
            to: nameServer,
            port: {
                number: 53,
                protocol: Protocol.opaque,
                transports: ["UDP", "TCP"],
                decidedBy: DecidedBy.nobody,
                service: { name: "kube-dns", port: 53 },
            },
            reason: "Every address begins with a name",
        },
    ];
    const egress: Egress[] = [
        {
            name: "names",
            from,
            // Where the name server is a part of the node, or answers at an address that is no pod's.
            to: {
                kind: "addresses",
                name: "name-servers",
                cidrs: [...cluster, "169.254.20.10/32"],
                ports: [dns("UDP"), dns("TCP")],
                outside: false,
            },
            reason: "Name servers of nodes and of the cluster's network answer at addresses that no pod has",
        },
    ];
    return { connections, egress };
}

/** What every namespace with meshed pods needs besides, for its proxies. */
export function proxiesOf(namespace: string, addresses: ClusterAddresses, prometheus: Workload): Connection[] {
    const every: Workload = {
        kind: "workload",
        name: "proxies",
        namespace,
        labels: { "linkerd.io/control-plane-ns": linkerdNamespace },
    };
    const needed = { from: [everyPodOf(namespace)] as const };
    return [
        {
            ...needed,
            name: `identity-for-${namespace}`,
            to: identity,
            port: ports.identity,
            reason: "A proxy has its certificate from here, and can be called by nobody before",
        },
        {
            ...needed,
            name: `destination-for-${namespace}`,
            to: destination,
            port: ports.destination,
            reason: "A proxy asks here where the pods behind a name are",
        },
        {
            ...needed,
            name: `policy-for-${namespace}`,
            to: destination,
            port: ports.policy,
            reason: "A proxy asks here whom it may let in and where it may go",
        },
        {
            name: "metrics",
            from: [prometheus],
            to: every,
            port: proxyAdmin,
            only: [{ methods: ["GET"], path: { exact: "/metrics" } }],
            reason: "Prometheus reads each proxy's metrics",
        },
        {
            name: "probes",
            from: [kubelet(addresses)],
            to: every,
            port: proxyAdmin,
            only: [
                { methods: ["GET"], path: { exact: "/live" } },
                { methods: ["GET"], path: { exact: "/ready" } },
            ],
            reason: "The kubelet asks each proxy whether it is ready",
        },
        {
            name: "tap",
            from: [tap],
            to: every,
            port: proxyTap,
            reason: "Tap shows live requests to who may see them. Each proxy takes tap's identity alone",
        },
    ];
}
