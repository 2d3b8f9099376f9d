import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { chartFile, charts, gatewayApi as manifest, gatewayApiLocation, isFolder } from "../../components/charts.ts";
import { type Problem } from "../../components/problem.ts";
import { type ParsedConfig } from "./schema.ts";

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
    const { envoyGateway: _, ...always } = charts;
    const wanted = [
        ...Object.values(always).map((chart) => ({
            file: chartFile(chart),
            wayOut: `helm pull ${chart.name} --repo ${chart.repository} --version ${chart.version} -d ${mirror}`,
        })),
        ...(withGatewayApi
            ? [{ file: manifest.file, wayOut: `curl -L -o ${join(mirror, manifest.file)} ${manifest.url}` }]
            : []),
    ];
    return wanted
        .filter(({ file }) => !existsSync(join(mirror, file)))
        .map(
            ({ file, wayOut }) =>
                `${file} is missing in it. Fetch it ("${wayOut}"), or leave the key out to use the official ` +
                `repositories.`,
        );
}
