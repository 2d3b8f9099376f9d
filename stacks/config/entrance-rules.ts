import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

import {
    chartFile,
    charts as chartTable,
    envoyGatewayDefinitions,
    envoyGatewayLocation,
    isFolder,
} from "../../components/charts.ts";
import { parseCidr } from "../../components/cluster/network/cidr.ts";
import { type NonEmpty } from "../../components/connection.ts";
import { ClientAddress } from "../../components/entrance/client-rules.ts";
import { nlbAnnotations, NlbMaker } from "../../components/entrance/nlb.ts";
import { below, type Problem } from "../../components/problem.ts";
import { ClusterKind, NodesKind } from "./cluster-schema.ts";
import { CertificateKind, EntranceKind, Exposure, LoadBalancerKind } from "./entrance-schema.ts";
import { type ParsedConfig } from "./schema.ts";
import { uiLogin, uiLoginProblems, uiName, uiProblems } from "./ui-rules.ts";

type ParsedEntrance = ParsedConfig["entrance"];
type ParsedGateway = Extract<ParsedEntrance, { kind: "gateway" }>;

/** Where nobody of the internet is: the ranges of RFC 1918 and RFC 6598, and IPv6's unique local addresses. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8"] as const;

const everywhere = ["0.0.0.0/0", "::/0"] as const;

/** A shorter prefix holds more than any one owner has. */
const widestPrefix = { 4: 8, 6: 16 } as const;

export function entranceProblems(entrance: ParsedEntrance): Problem[] {
    return entrance.kind === EntranceKind.gateway ? [...clientProblems(entrance), ...uiProblems(entrance)] : [];
}

function clientProblems({ exposure, allowedCidrs = [], allowAnybody }: ParsedGateway): Problem[] {
    const broken = allowedCidrs.flatMap((cidr, index) =>
        isRange(cidr)
            ? []
            : [
                  {
                      path: ["allowedCidrs", index],
                      value: cidr,
                      rule: 'it must be a range of addresses. Write it as "203.0.113.0/24".',
                  },
              ],
    );
    if (broken.length > 0) {
        return broken;
    }
    const wide = allowedCidrs.findIndex(isWide);
    if (exposure === Exposure.internal && allowAnybody !== undefined) {
        const rule = "the entrance is internal, so not anybody comes there. Remove it, or set exposure to internet.";
        return [{ path: ["allowAnybody"], value: allowAnybody, rule }];
    }
    if (exposure === Exposure.internet && allowedCidrs.length === 0 && allowAnybody === undefined) {
        const rule =
            "anybody could come from the internet. Name the ranges of those who may, or give allowAnybody with a reason.";
        return [{ path: ["allowedCidrs"], value: undefined, rule }];
    }
    if (wide >= 0 && allowAnybody === undefined) {
        const rule = "that is anybody. Name narrower ranges, or give allowAnybody with a reason.";
        return [{ path: ["allowedCidrs", wide], value: allowedCidrs[wide], rule }];
    }
    if (allowedCidrs.length > 0 && wide < 0 && allowAnybody !== undefined) {
        const rule = "no range of allowedCidrs is so wide that it holds anybody. Leave one of the two out.";
        return [{ path: ["allowAnybody"], value: allowAnybody, rule }];
    }
    return [];
}

function isRange(cidr: string): boolean {
    const [address = "", prefix = ""] = cidr.split("/");
    return isIP(address) === 6
        ? /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128
        : parseCidr(cidr) !== undefined;
}

function isWide(cidr: string): boolean {
    const [address = "", prefix] = cidr.split("/");
    const family = isIP(address) === 6 ? 6 : 4;
    return Number(prefix) < widestPrefix[family] && !cidr.startsWith("fd");
}

/** Rules between `entrance` and the other sections. */
export function entranceStackProblems(config: ParsedConfig): Problem[] {
    const { entrance, airflow, mesh, charts } = config;
    if (entrance.kind === EntranceKind.none) {
        return [];
    }
    return [
        ...addressProblems(airflow),
        ...frontDoorProblems(mesh),
        ...below(["charts"], ...fileProblems(charts)),
        ...balancerProblems(entrance, config.cluster),
        ...uiLoginProblems(entrance, config),
    ];
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

function balancerProblems({ loadBalancer }: ParsedGateway, cluster: ParsedConfig["cluster"]): Problem[] {
    if (loadBalancer.kind !== LoadBalancerKind.nlb) {
        return [];
    }
    const path = ["entrance", "loadBalancer"];
    if (cluster.kind === ClusterKind.existing) {
        const rule =
            "that is in AWS, and cluster names no account there. Name it in cluster.aws, or set the kind to service.";
        return cluster.aws === undefined ? [{ path: [...path, "kind"], value: loadBalancer.kind, rule }] : [];
    }
    // Of a cluster that the stack makes it is known what is in it.
    return cluster.nodes.kind === NodesKind.auto || loadBalancer.class !== undefined
        ? []
        : [
              {
                  path: [...path, "class"],
                  value: undefined,
                  rule:
                      "nothing in a new cluster with managed nodes makes load balancers. Set cluster.nodes to {kind: auto}, or " +
                      `run the AWS Load Balancer Controller there and write it as "${NlbMaker.controller}".`,
              },
          ];
}

/** What the entrance needs besides, and a stack without one has no use for. */
function fileProblems({ mirror, envoyGateway }: ParsedConfig["charts"]): Problem[] {
    const { name, version, repository } = chartTable.envoyGateway;
    const { file, url } = envoyGatewayDefinitions;
    const missing = (file: string) => mirror !== undefined && isFolder(mirror) && !existsSync(join(mirror, file));
    const lacks = (file: string, wayOut: string): Problem => ({
        path: ["mirror"],
        value: mirror,
        rule:
            `${file} is missing in it, and the stack has an entrance. Fetch it ("${wayOut}"), or leave the key out to use ` +
            `the official repositories.`,
    });
    return [
        ...(missing(chartFile(chartTable.envoyGateway))
            ? [lacks(chartFile(chartTable.envoyGateway), `helm pull ${repository}/${name} --version ${version} -d ${mirror}`)]
            : []),
        ...(envoyGateway === undefined && missing(file)
            ? [lacks(file, `curl -L -o ${join(mirror ?? "", file)} ${url}`)]
            : []),
        ...(envoyGateway === undefined || envoyGateway.startsWith("https://") || existsSync(envoyGateway)
            ? []
            : [
                  {
                      path: ["envoyGateway"],
                      value: envoyGateway,
                      rule:
                          "there is no such file. Put Envoy Gateway's definitions there, or leave the key out; a path starts " +
                          "at the project.",
                  },
              ]),
    ];
}

/** The entrance, with what follows from the other sections. Undefined where there is none. */
export function entranceConfig({ entrance, airflow, mesh, charts, cluster, login }: ParsedConfig) {
    if (entrance.kind === EntranceKind.none) {
        return undefined;
    }
    const { certificate, replicas, exposure } = entrance;
    const { hostname, port } = new URL(airflow.url ?? `https://${airflow.hostname}`);
    return {
        hostname,
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
        ...balancer(entrance, cluster),
        replicas: replicas ?? (mesh.highAvailability ? 3 : 1),
        definitions: charts.envoyGateway ?? envoyGatewayLocation(charts.mirror),
        uis: entrance.uis.map((ui) => ({ ...ui, name: uiName(ui) })),
        login: uiLogin(entrance, login),
    };
}

/** The Service before Envoy, and whether the client's address comes by it. */
function balancer({ loadBalancer, exposure }: ParsedGateway, cluster: ParsedConfig["cluster"]) {
    switch (loadBalancer.kind) {
        case LoadBalancerKind.nlb: {
            const auto = cluster.kind === ClusterKind.eks && cluster.nodes.kind === NodesKind.auto;
            const annotations = nlbAnnotations({ internet: exposure === Exposure.internet });
            return {
                service: { class: loadBalancer.class ?? (auto ? NlbMaker.autoMode : NlbMaker.controller), annotations },
                clientAddress: ClientAddress.proxyProtocol,
            };
        }
        case LoadBalancerKind.service: {
            const { class: maker, annotations, clientAddress } = loadBalancer;
            return { service: { class: maker, annotations }, clientAddress };
        }
        case LoadBalancerKind.none:
            return { service: undefined, clientAddress: ClientAddress.unknown };
    }
}

/** Ranges of those who may connect. */
function clients({ exposure, allowedCidrs: [first, ...rest] = [] }: ParsedGateway): NonEmpty<string> {
    return first === undefined ? (exposure === Exposure.internet ? everywhere : privateNetworks) : [first, ...rest];
}
