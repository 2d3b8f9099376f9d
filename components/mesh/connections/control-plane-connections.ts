import { type Connection, type ConnectionTable, type Egress, Protocol, type Workload } from "../../connection.ts";
import { linkerdNamespace } from "../names.ts";
import { apiServer, type ClusterAddresses, everyPod } from "./sources.ts";
import { kubernetesApi } from "./kubernetes-api.ts";
import { controlPlanePort, destination, identity, ports, proxyInjector, tap } from "./workloads.ts";

/** Linkerd's control plane. Its pods take every identity and none, as its chart makes them: only addresses are held. */
export function controlPlaneConnections(
    addresses: ClusterAddresses,
    prometheus: Workload,
): Omit<ConnectionTable, "namespaces"> {
    const proxies = { name: "proxies", from: [everyPod] as const };
    const webhook = { name: "webhook", from: [apiServer(addresses)] as const };
    const scrape = { name: "metrics", from: [prometheus] as const };
    const connections: Connection[] = [
        {
            ...proxies,
            to: identity,
            port: ports.identity,
            reason: "Other meshed pods of the cluster have their certificates from here, too",
        },
        {
            ...proxies,
            to: destination,
            port: ports.destination,
            reason: "Other meshed pods of the cluster ask here where to go, too",
        },
        {
            ...proxies,
            to: destination,
            port: ports.policy,
            reason: "Other meshed pods of the cluster ask here whom to let in, too",
        },
        {
            ...webhook,
            to: proxyInjector,
            port: controlPlanePort(8443, Protocol.tls, { name: "linkerd-proxy-injector", port: 443 }),
            reason: "The API server has each new pod given its proxy",
        },
        {
            ...webhook,
            to: destination,
            port: controlPlanePort(8443, Protocol.tls, { name: "linkerd-sp-validator", port: 443 }),
            reason: "The API server has service profiles checked",
        },
        {
            ...webhook,
            to: destination,
            port: controlPlanePort(9443, Protocol.tls, { name: "linkerd-policy-validator", port: 443 }),
            reason: "The API server has policies checked",
        },
        ...(
            [
                [identity, 9990],
                [destination, 9990],
                [destination, 9996],
                [destination, 9997],
                [proxyInjector, 9995],
            ] as const
        ).map(([to, number]): Connection => ({
            ...scrape,
            to,
            port: controlPlanePort(number, Protocol.http),
            reason: "Prometheus reads the control plane's metrics",
        })),
        ...[identity, destination, proxyInjector].flatMap((to): Connection[] => [
            {
                ...scrape,
                to,
                port: controlPlanePort(4191, Protocol.http),
                reason: "Prometheus reads the metrics of the control plane's proxies",
            },
            {
                name: "tap",
                from: [tap],
                to,
                port: controlPlanePort(4190, Protocol.grpc),
                reason: "Tap shows live requests to who may see them. Each proxy takes tap's identity alone",
            },
        ]),
        // The control plane's own proxies call it as all others do.
        ...(
            [
                [identity, ports.identity],
                [destination, ports.destination],
                [destination, ports.policy],
            ] as const
        ).map(([to, port]): Connection => ({
            name: "own-proxies",
            from: [{ kind: "namespace", namespace: linkerdNamespace }],
            to,
            port,
            reason: "The control plane's own proxies ask as all others do",
        })),
    ];
    const egress: Egress[] = [
        {
            name: "kubernetes",
            from: [identity, destination, proxyInjector],
            to: kubernetesApi(addresses),
            reason: "Tokens are reviewed there, and pods, services and policies read",
        },
    ];
    return { connections, egress };
}
