import {
    type Addresses,
    type Connection,
    type Destination,
    type Egress,
    type NonEmpty,
    type Port,
    Protocol,
    type Workload,
} from "../../connection.ts";
import { controller, controllerLabels, entranceNamespace, envoyLabels, gatewayName, ports } from "../names.ts";

/** Envoy, which people's requests come through. */
export const envoy: Workload = {
    kind: "workload",
    name: "envoy",
    namespace: entranceNamespace,
    serviceAccount: gatewayName,
    labels: envoyLabels,
};

/** The controller, which asks the login's provider what it announces. */
export const envoyGateway: Workload = {
    kind: "workload",
    name: "envoy-gateway",
    namespace: entranceNamespace,
    serviceAccount: controller.serviceAccount,
    labels: controllerLabels,
};

/** The chart's Job before each release, which finds every certificate made already. */
const certgen: Workload = {
    kind: "workload",
    name: "certgen",
    namespace: entranceNamespace,
    serviceAccount: controller.certgenAccount,
    labels: { app: "certgen" },
};

/** What the entrance's rows depend on. */
export interface EntranceConnections {
    /** Who may connect. They have no identity in the mesh; who they are, the login asks. */
    readonly clients: NonEmpty<string>;
    readonly kubelet: Addresses;
    /** Where a load balancer asks from whether Envoy is ready: the cluster's own network. */
    readonly loadBalancer: NonEmpty<string>;
    readonly kubernetes: Destination;
}

/** Who calls the parts of the entrance. What it leads to has rows of its own. */
export function entranceConnections(use: EntranceConnections): { connections: Connection[]; egress: Egress[] } {
    const http = (number: number): Port => ({ number, protocol: Protocol.http });
    return {
        connections: [
            {
                name: "people",
                from: [{ kind: "addresses", name: "clients", cidrs: use.clients }],
                to: envoy,
                port: {
                    number: ports.envoy,
                    // TLS ends at Envoy, and the PROXY protocol may be before it.
                    protocol: Protocol.opaque,
                    service: { name: gatewayName, port: ports.https },
                },
                reason: "People and programs come in here, and prove who they are behind it",
            },
            {
                name: "health",
                from: [use.kubelet, { kind: "addresses", name: "load-balancer", cidrs: use.loadBalancer }],
                to: envoy,
                port: http(ports.envoyReady),
                only: [{ methods: ["GET"], path: { exact: "/ready" } }],
                reason: "The kubelet and a load balancer ask Envoy whether it is ready",
            },
            {
                name: "shutdown",
                from: [use.kubelet],
                to: envoy,
                port: http(ports.shutdown),
                only: [
                    { methods: ["GET"], path: { exact: "/healthz" } },
                    { methods: ["GET"], path: { exact: "/shutdown/ready" } },
                ],
                reason: "The kubelet asks whether Envoy's last requests have ended",
            },
            {
                name: "configuration",
                from: [envoy],
                to: envoyGateway,
                port: {
                    number: ports.xds,
                    // The two have certificates of their own for it.
                    protocol: Protocol.opaque,
                    service: { name: controller.service, port: ports.xds },
                },
                reason: "Envoy is told here what it does",
            },
            {
                name: "health",
                from: [use.kubelet],
                to: envoyGateway,
                port: http(ports.controllerHealth),
                only: [
                    { methods: ["GET"], path: { exact: "/healthz" } },
                    { methods: ["GET"], path: { exact: "/readyz" } },
                ],
                reason: "The kubelet asks the controller whether it is well",
            },
        ],
        egress: [
            {
                name: "kubernetes",
                from: [envoyGateway, certgen],
                to: use.kubernetes,
                reason: "Gateways, routes and Envoy's own pods are objects of the Kubernetes API",
            },
        ],
    };
}
