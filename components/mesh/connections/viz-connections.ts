import {
    type Connection,
    type ConnectionTable,
    DecidedBy,
    type Egress,
    type Port,
    Protocol,
} from "../../connection.ts";
import { kubernetesApi } from "./kubernetes-api.ts";
import { apiServer, type ClusterAddresses, kubelet } from "./sources.ts";
import {
    type ExistingPrometheus,
    existingPrometheus,
    metricsApi,
    prometheus as own,
    tap,
    tapInjector,
    web,
} from "./workloads.ts";

/** Linkerd's dashboard, its metrics and tap. Four ports have policies of the chart's own. */
export function vizConnections(
    addresses: ClusterAddresses,
    existing: ExistingPrometheus | undefined,
): Omit<ConnectionTable, "namespaces"> {
    const { chart } = DecidedBy;
    const prometheus = existing === undefined ? own : existingPrometheus(existing);
    const connections: Connection[] = [
        {
            name: "web",
            from: [web],
            to: metricsApi,
            port: {
                number: 8085,
                protocol: Protocol.http,
                decidedBy: chart,
                service: { name: "metrics-api", port: 8085 },
            },
            reason: "The dashboard shows what the metrics say",
        },
        {
            name: "queries",
            from: [metricsApi],
            to: prometheus,
            port: queried(existing),
            reason: "The metrics' API asks Prometheus",
        },
        {
            name: "api",
            from: [apiServer(addresses)],
            to: tap,
            port: { number: 8089, protocol: Protocol.tls, decidedBy: chart, service: { name: "tap", port: 443 } },
            reason: "Tap is a part of the Kubernetes API, which the API server passes on",
        },
        {
            name: "webhook",
            from: [apiServer(addresses)],
            to: tapInjector,
            port: {
                number: 8443,
                protocol: Protocol.tls,
                decidedBy: chart,
                service: { name: "tap-injector", port: 443 },
            },
            reason: "The API server has each new pod told who may tap it",
        },
        ...(
            [
                [web, 9994],
                [metricsApi, 9995],
                [tapInjector, 9995],
                [tap, 9998],
            ] as const
        ).flatMap(([to, number]): Connection[] => [
            {
                name: "metrics",
                from: [prometheus],
                to,
                port: { number, protocol: Protocol.http },
                only: [{ methods: ["GET"], path: { exact: "/metrics" } }],
                reason: "Prometheus reads the metrics of Linkerd's own parts",
            },
            {
                name: "probes",
                from: [kubelet(addresses)],
                to,
                port: { number, protocol: Protocol.http },
                only: [
                    { methods: ["GET"], path: { exact: "/ping" } },
                    { methods: ["GET"], path: { exact: "/ready" } },
                ],
                reason: "The kubelet asks whether it is ready",
            },
        ]),
    ];
    const egress: Egress[] = [
        {
            name: "kubernetes",
            from: [metricsApi, ...(existing === undefined ? [own] : []), tap, tapInjector, web],
            to: kubernetesApi(addresses),
            reason: "Pods are found there, and tap asks it who may see what",
        },
    ];
    return { connections, egress };
}

/** Whom another Prometheus lets in is for whoever runs it to say. */
function queried(existing: ExistingPrometheus | undefined): Port {
    return existing === undefined
        ? {
              number: 9090,
              protocol: Protocol.http,
              decidedBy: DecidedBy.chart,
              service: { name: "prometheus", port: 9090 },
          }
        : {
              number: existing.port,
              protocol: Protocol.http,
              decidedBy: DecidedBy.nobody,
              service: { name: existing.service, port: existing.port },
          };
}
