import { isIP } from "node:net";

import { envoyGatewayLocation } from "../../../components/charts.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { ClusterKind } from "../cluster/cluster-schema.ts";
import { CertificateKind } from "./certificate-schema.ts";
import { fileProblems } from "./chart-file-rules.ts";
import { clientProblems, clients } from "./client-rules.ts";
import { dnsConfig, dnsProblems } from "./dns-rules.ts";
import { EntranceKind } from "./entrance-schema.ts";
import { loadBalancer, loadBalancerProblems, runsController } from "./load-balancer-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { uiLogin, uiLoginProblems, uiName, uiProblems } from "./ui-rules.ts";

type ParsedEntrance = ParsedConfig["entrance"];

export function entranceProblems(entrance: ParsedEntrance): Problem[] {
    return entrance?.kind === EntranceKind.gateway ? [...clientProblems(entrance), ...uiProblems(entrance)] : [];
}

/** Rules between `entrance` and the other sections. */
export function entranceStackProblems(config: ParsedConfig): Problem[] {
    const { entrance, airflow, mesh, charts } = config;
    if (entrance === undefined) {
        return unsaidProblems(config);
    }
    if (entrance.kind === EntranceKind.none) {
        return [];
    }
    return [
        ...addressProblems(airflow),
        ...frontDoorProblems(mesh),
        ...below(["charts"], ...fileProblems(charts, runsController(entrance, config.cluster))),
        ...loadBalancerProblems(entrance, config),
        ...dnsProblems(entrance, config),
        ...uiLoginProblems(entrance, config),
    ];
}

/** Into a new cluster nothing leads by itself, and for whom its certificate would be no default can say. */
function unsaidProblems({ cluster }: ParsedConfig): Problem[] {
    return cluster.kind === ClusterKind.eks
        ? [
              {
                  path: ["entrance"],
                  value: undefined,
                  rule:
                      "nobody would reach Airflow in a new cluster. Write it as {kind: gateway, certificate: {kind: acme, email: …, " +
                      "zoneId: …}, loadBalancer: {kind: nlb}, dns: {kind: route53, zoneId: …}}, or as {kind: none} where people come " +
                      "by a way of your own.",
              },
          ]
        : [];
}

function addressProblems({ hostname, url }: ParsedConfig["airflow"]): Problem[] {
    if (hostname !== undefined || (url !== undefined && new URL(url).protocol === "https:" && !isIpUrl(url))) {
        return [];
    }
    return url === undefined
        ? [
              {
                  path: ["airflow", "hostname"],
                  value: hostname,
                  rule: "the entrance needs the name by which people come. Name it, or set entrance to {kind: none}.",
              },
          ]
        : [
              {
                  path: ["airflow", "url"],
                  value: url,
                  rule:
                      "people come through the entrance, which tells hosts apart by name and takes TLS alone. Write it as " +
                      '"https://airflow.example.com", or set entrance to {kind: none}.',
              },
          ];
}

function isIpUrl(url: string): boolean {
    return isIP(new URL(url).hostname.replace(/^\[|\]$/g, "")) !== 0;
}

function frontDoorProblems({ frontDoor }: ParsedConfig["mesh"]): Problem[] {
    return frontDoor === undefined
        ? []
        : [
              {
                  path: ["mesh", "frontDoor"],
                  value: frontDoor,
                  rule:
                      "people come through the entrance, and a second way in would go past its rules. Remove it, or set " +
                      "entrance to {kind: none}.",
              },
          ];
}

/** The entrance, with what follows from the other sections. Undefined where there is none. */
export function entranceConfig({ entrance, airflow, mesh, charts, cluster, login }: ParsedConfig) {
    if (entrance?.kind !== EntranceKind.gateway) {
        return undefined;
    }
    const { certificate, replicas, exposure } = entrance;
    const { hostname, port } = new URL(airflow.url ?? `https://${airflow.hostname}`);
    return {
        hostname,
        /** Of Airflow, and of each UI. */
        hostnames: [hostname, ...entrance.uis.map((ui) => ui.hostname)],
        /** Behind every host name, such as `:8443`. Empty where people need none. */
        port: port === "" ? "" : `:${port}`,
        exposure,
        clients: clients(entrance),
        certificateSecret: certificate.kind === CertificateKind.secret ? certificate.name : undefined,
        issuer:
            certificate.kind === CertificateKind.issuer
                ? { group: certificate.group, kind: certificate.issuerKind, name: certificate.name }
                : undefined,
        issuerHosts: certificate.kind === CertificateKind.issuer ? certificate.hosts : [],
        ...dnsConfig(entrance),
        ...loadBalancer(entrance, cluster),
        replicas: replicas ?? (mesh.highAvailability ? 3 : 1),
        definitions: charts.envoyGateway ?? envoyGatewayLocation(charts.mirror),
        uis: entrance.uis.map((ui) => ({ ...ui, name: uiName(ui) })),
        login: uiLogin(entrance, login),
    };
}
