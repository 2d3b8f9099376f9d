import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

import {
    charts as chartTable,
    envoyGatewayDefinitions,
    envoyGatewayLocation,
    isFolder,
} from "../../../components/charts.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { fileOf } from "../mesh/charts-rules.ts";
import { clientProblems, clients } from "./client-rules.ts";
import { CertificateKind, EntranceKind } from "./entrance-schema.ts";
import { loadBalancer, loadBalancerProblems, runsController } from "./load-balancer-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { uiLogin, uiLoginProblems, uiName, uiProblems } from "./ui-rules.ts";

type ParsedEntrance = ParsedConfig["entrance"];

export function entranceProblems(entrance: ParsedEntrance): Problem[] {
    return entrance.kind === EntranceKind.gateway ? [...clientProblems(entrance), ...uiProblems(entrance)] : [];
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
        ...below(["charts"], ...fileProblems(charts, runsController(entrance, config.cluster))),
        ...loadBalancerProblems(entrance, config),
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

/** What the entrance needs besides, and a stack without one has no use for. */
function fileProblems({ mirror, envoyGateway }: ParsedConfig["charts"], withController: boolean): Problem[] {
    const { file, url } = envoyGatewayDefinitions;
    const missing = (file: string) => mirror !== undefined && isFolder(mirror) && !existsSync(join(mirror, file));
    const lacks = (file: string, wayOut: string): Problem => ({
        path: ["mirror"],
        value: mirror,
        rule:
            `${file} is missing in it, and the stack has an entrance. Fetch it ("${wayOut}"), or leave the key out to use ` +
            `the official repositories.`,
    });
    const charts = [chartTable.envoyGateway, ...(withController ? [chartTable.loadBalancerController] : [])];
    return [
        ...charts
            .map((chart) => fileOf(chart, mirror ?? ""))
            .filter((wanted) => missing(wanted.file))
            .map((wanted) => lacks(wanted.file, wanted.wayOut)),
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
        ...loadBalancer(entrance, cluster),
        replicas: replicas ?? (mesh.highAvailability ? 3 : 1),
        definitions: charts.envoyGateway ?? envoyGatewayLocation(charts.mirror),
        uis: entrance.uis.map((ui) => ({ ...ui, name: uiName(ui) })),
        login: uiLogin(entrance, login),
    };
}
