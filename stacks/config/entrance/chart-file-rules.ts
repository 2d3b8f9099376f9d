import { existsSync } from "node:fs";
import { join } from "node:path";

import { charts as chartTable, envoyGatewayDefinitions, isFolder } from "../../../components/charts.ts";
import { type Problem } from "../../../components/problem.ts";
import { fileOf } from "../mesh/charts-rules.ts";
import { type ParsedConfig } from "../schema.ts";

/** What the entrance needs besides, and a stack without one has no use for. */
export function fileProblems({ mirror, envoyGateway }: ParsedConfig["charts"], withController: boolean): Problem[] {
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
