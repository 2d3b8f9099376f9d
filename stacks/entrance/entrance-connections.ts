import { route53Endpoint, serviceEndpoint } from "../../components/aws/account.ts";
import { type Connection, DecidedBy, type Egress, Protocol } from "../../components/connection.ts";
import { envoy, envoyGateway } from "../../components/entrance/connections/entrance-connections.ts";
import { loadBalancerConnections } from "../../components/entrance/connections/load-balancer-connections.ts";
import { BindingKind } from "../../components/identity/roles/role-binding.ts";
import { kubernetesApi } from "../../components/mesh/connections/kubernetes-api.ts";
import { apiServer, type ClusterAddresses, kubelet } from "../../components/mesh/connections/sources.ts";
import { certManager, web } from "../../components/mesh/connections/workloads.ts";
import { dashboard } from "../../components/mesh/names.ts";
import { type PlatformConfig } from "../config.ts";
import { ClusterKind } from "../config/cluster/cluster-schema.ts";
import { UiKind } from "../config/entrance/ui-schema.ts";
import { loginEgress } from "../login-connections.ts";

type Entrance = PlatformConfig["entrance"];

/** The entrance's way to each UI. Who may come in at the end of one that is not the stack's, the policies there say. */
export function uiConnections(entrance: Entrance): Connection[] {
    return (entrance?.uis ?? []).map((ui): Connection => {
        const from = [envoy] as const;
        if (ui.kind === UiKind.viz) {
            const { service: name, port } = dashboard;
            return {
                name: "people",
                from,
                to: web,
                port: { number: port, protocol: Protocol.http, service: { name, port } },
                reason: "Members of the dashboard's groups come through the entrance, which asks who they are",
            };
        }
        return {
            name: `ui-${ui.name}`,
            from,
            to: { kind: "workload", name: ui.service, namespace: ui.namespace, labels: ui.labels },
            port: {
                number: ui.podPort ?? ui.port,
                protocol: Protocol.opaque,
                decidedBy: DecidedBy.nobody,
                service: { name: ui.service, port: ui.port },
            },
            reason: "Asked for by the stack: members of its groups come through the entrance, which asks who they are",
        };
    });
}

/** Of what makes the entrance's load balancer. Undefined where the stack does not run it. */
export function loadBalancerRows(
    { entrance, cluster }: Pick<PlatformConfig, "entrance" | "cluster">,
    addresses: ClusterAddresses,
) {
    return entrance?.runsController === true && cluster.kind === ClusterKind.eks
        ? loadBalancerConnections({
              account: cluster.account,
              podIdentity: cluster.identity === BindingKind.podIdentity,
              apiServer: apiServer(addresses),
              kubelet: kubelet(addresses),
              kubernetes: kubernetesApi(addresses),
          })
        : undefined;
}

/** What cert-manager calls for the certificate that people are shown. Somebody else's has rules of somebody else's. */
export function certificateEgress({
    entrance,
    existing,
    cluster,
}: Pick<PlatformConfig, "entrance" | "existing" | "cluster">): Egress[] {
    if (existing.certManager !== undefined) {
        return [];
    }
    const hosts = (
        name: string,
        [first, ...rest]: readonly string[],
        port: number,
        reason: Egress["reason"],
    ): Egress[] =>
        first === undefined
            ? []
            : [
                  {
                      name,
                      from: [certManager],
                      to: { kind: "hosts", hosts: [first, ...rest], port, named: true, private: true },
                      reason,
                  },
              ];
    const account = cluster.kind === ClusterKind.eks ? cluster.account : cluster.aws?.account;
    const { acme } = entrance ?? {};
    const server = acme && new URL(acme.server);
    return [
        ...hosts(
            "issuer",
            entrance?.issuerHosts ?? [],
            443,
            "The issuer of the entrance's certificate is there, as the stack says",
        ),
        ...hosts(
            "acme",
            server ? [server.hostname] : [],
            Number(server?.port || 443),
            "The authority of the entrance's certificate is there",
        ),
        ...hosts(
            "acme-proof",
            acme && account ? [route53Endpoint(account), serviceEndpoint(account, "sts")] : [],
            443,
            "The proof for that authority is a record in Route 53, with credentials of the token service",
        ),
    ];
}

/** Where Envoy has tokens and keys for the login of UIs, and the controller what the provider announces. */
export function uiEgress(entrance: Entrance, login: PlatformConfig["login"]): Egress[] {
    if (entrance?.login === undefined || login === undefined) {
        return [];
    }
    const { issuer, provider } = login.rules;
    const { keysUrl, tokenUrl } = entrance.login;
    const own = new URL(issuer);
    const hosts = [keysUrl, tokenUrl]
        .filter((url) => url !== undefined)
        .map((url) => new URL(url))
        .filter(({ host }) => host !== own.host)
        .map(({ hostname }) => hostname);
    const usual = login.rules.hosts;
    return loginEgress(
        {
            issuer,
            provider,
            ...(usual || hosts.length > 0 ? { hosts: [...new Set([...(usual ?? []), ...hosts])] } : {}),
        },
        [envoy, envoyGateway],
    );
}
