import {
    type Connection,
    type ConnectionTable,
    DecidedBy,
    type Egress,
    type Port,
    Protocol,
} from "../../connection.ts";
import { kubernetesApi } from "./kubernetes-api.ts";
import { apiServer, type ClusterAddresses } from "./sources.ts";
import { caInjector, certManager, certManagerWebhook, startupCheck, trustManager } from "./workloads.ts";

/** cert-manager and trust-manager. They are there before the mesh and have no proxies. */
export function certificateConnections(addresses: ClusterAddresses): Omit<ConnectionTable, "namespaces"> {
    const webhook = (number: number, service: string): Port => ({
        number,
        protocol: Protocol.tls,
        decidedBy: DecidedBy.nobody,
        service: { name: service, port: 443 },
    });
    const connections: Connection[] = [
        {
            name: "webhook",
            from: [apiServer(addresses)],
            to: certManagerWebhook,
            port: webhook(10250, "cert-manager-webhook"),
            reason: "The API server has certificates and issuers checked",
        },
        {
            name: "webhook",
            from: [apiServer(addresses)],
            to: trustManager,
            port: webhook(6443, "trust-manager"),
            reason: "The API server has bundles of trust roots checked",
        },
    ];
    const egress: Egress[] = [
        {
            name: "kubernetes",
            from: [certManager, certManagerWebhook, caInjector, startupCheck, trustManager],
            to: kubernetesApi(addresses),
            reason: "Certificates and bundles are objects of the Kubernetes API",
        },
    ];
    return { connections, egress };
}
