import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { chartFile, charts, gatewayApi, isFolder } from "../../components/charts.ts";

/**
 * What is missing in a mirror that is a folder: the rule and the way out, one text for each missing file. A mirror
 * behind an address is not asked, since a plan must not need the network for that. Gateway API's manifest need not be
 * there when the stack names another place for it.
 */
export function mirrorProblems(mirror: string, withGatewayApi: boolean): string[] {
    if (!isFolder(mirror)) {
        return [];
    }
    if (!statSync(mirror, { throwIfNoEntry: false })?.isDirectory()) {
        return [
            "there is no such folder. Make it and put the charts into it, name another place (a folder, https:// or " +
                "oci://), or leave the key out to use the official repositories.",
        ];
    }
    const wanted = [
        ...Object.values(charts).map((chart) => ({
            file: chartFile(chart),
            wayOut: `helm pull ${chart.name} --repo ${chart.repository} --version ${chart.version} -d ${mirror}`,
        })),
        ...(withGatewayApi
            ? [{ file: gatewayApi.file, wayOut: `curl -L -o ${join(mirror, gatewayApi.file)} ${gatewayApi.url}` }]
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
