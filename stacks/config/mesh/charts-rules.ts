import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import {
    type Chart,
    chartFile,
    charts,
    chartsOfKarpenter,
    gatewayApi as manifest,
    gatewayApiLocation,
    isFolder,
} from "../../../components/charts.ts";
import { type Problem } from "../../../components/problem.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedCharts = ParsedConfig["charts"];

export function chartsProblems({ mirror, gatewayApi }: ParsedCharts): Problem[] {
    const missing = mirror === undefined ? [] : missingInMirror(mirror, gatewayApi === undefined);
    return [
        ...missing.map((rule) => ({ path: ["mirror"], value: mirror, rule })),
        ...(gatewayApi === undefined || gatewayApi.startsWith("https://") || existsSync(gatewayApi)
            ? []
            : [
                  {
                      path: ["gatewayApi"],
                      value: gatewayApi,
                      rule:
                          "there is no such file. Put Gateway API's manifest there, or leave the key out; a path starts " +
                          "at the project.",
                  },
              ]),
    ];
}

export function chartsConfig({ mirror, gatewayApi }: ParsedCharts) {
    return { mirror, gatewayApi: gatewayApi ?? gatewayApiLocation(mirror) };
}

/**
 * The files that a mirror lacks: a rule with the way out for each. Only a folder is checked, so that this needs no
 * network. Gateway API's manifest may be missing when the stack names another place for it.
 */
function missingInMirror(mirror: string, withGatewayApi: boolean): string[] {
    if (!isFolder(mirror)) {
        return [];
    }
    if (!statSync(mirror, { throwIfNoEntry: false })?.isDirectory()) {
        return [
            "there is no such folder. Make it and put the charts into it, name another place (a folder, https:// or " +
                "oci://), or leave the key out to use the official repositories.",
        ];
    }
    // What an entrance needs besides, its own rules ask for.
    const { envoyGateway: _, loadBalancerController: __, ...always } = charts;
    const wanted = [
        ...Object.values(always)
            .filter((chart) => !chartsOfKarpenter.includes(chart))
            .map((chart) => fileOf(chart, mirror)),
        ...(withGatewayApi
            ? [{ file: manifest.file, wayOut: `curl -L -o ${join(mirror, manifest.file)} ${manifest.url}` }]
            : []),
    ];
    return missingOf(wanted, mirror);
}

/** The files of Karpenter's charts that a folder lacks. */
export function karpenterChartsProblems(mirror: string | undefined): Problem[] {
    return mirror === undefined || !isFolder(mirror)
        ? []
        : missingOf(
              chartsOfKarpenter.map((chart) => fileOf(chart, mirror)),
              mirror,
          ).map((rule) => ({ path: ["charts", "mirror"], value: mirror, rule }));
}

export interface Wanted {
    readonly file: string;
    readonly wayOut: string;
}

/** The file that a mirror has of a chart, and how it is fetched into a folder. */
export function fileOf(chart: Chart, mirror: string): Wanted {
    const { name, version, repository } = chart;
    const from = repository.startsWith("oci://") ? `${repository}/${name}` : `${name} --repo ${repository}`;
    return { file: chartFile(chart), wayOut: `helm pull ${from} --version ${version} -d ${mirror}` };
}

function missingOf(wanted: readonly Wanted[], mirror: string): string[] {
    return wanted
        .filter(({ file }) => !existsSync(join(mirror, file)))
        .map(
            ({ file, wayOut }) =>
                `${file} is missing in it. Fetch it ("${wayOut}"), or leave the key out to use the official ` +
                `repositories.`,
        );
}
