import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { type ChartValues } from "../../../components/chart-values.ts";
import { lackingValues, standsInForAirflow } from "../../charts/lacking.ts";
import { type PlainMap } from "../../engine/values/property.ts";
import { type CheckFailure } from "../../engine/plugins/provider.ts";

type Verb = "install" | "upgrade";

/** Switches of a Release and helm's flags for them. Pulumi reads another input for hooks when it upgrades. */
const flags: Readonly<Record<string, readonly [flag: string, only?: Verb]>> = {
    atomic: ["--rollback-on-failure"],
    cleanupOnFail: ["--cleanup-on-fail", "upgrade"],
    createNamespace: ["--create-namespace", "install"],
    dependencyUpdate: ["--dependency-update"],
    devel: ["--devel"],
    disableCRDHooks: ["--no-hooks", "upgrade"],
    disableOpenapiValidation: ["--disable-openapi-validation"],
    disableWebhooks: ["--no-hooks", "install"],
    forceUpdate: ["--force-replace"],
    renderSubchartNotes: ["--render-subchart-notes"],
    resetValues: ["--reset-values", "upgrade"],
    reuseValues: ["--reuse-values", "upgrade"],
    skipCrds: ["--skip-crds"],
    takeOwnership: ["--take-ownership"],
    verify: ["--verify"],
    waitForJobs: ["--wait-for-jobs"],
};
const options: Readonly<Record<string, readonly [flag: string, only?: Verb]>> = {
    description: ["--description"],
    keyring: ["--keyring"],
    maxHistory: ["--history-max", "upgrade"],
    version: ["--version"],
};
const repository: Readonly<Record<string, string>> = {
    repo: "--repo",
    caFile: "--ca-file",
    certFile: "--cert-file",
    keyFile: "--key-file",
};
const others = [
    "allowNullValues",
    "chart",
    "compat",
    "name",
    "namespace",
    "repositoryOpts",
    "skipAwait",
    "timeout",
    "values",
];

/** What is wrong with a Release's inputs; everything that would be ignored is refused by name. */
export function problems(inputs: PlainMap, projectFolder: string): CheckFailure[] {
    const { chart, repositoryOpts = {} } = inputs as { chart?: unknown; repositoryOpts?: PlainMap };
    const file =
        typeof chart === "string" && !repositoryOpts.repo && !chart.includes("://")
            ? resolve(projectFolder, chart)
            : undefined;
    const missing = file !== undefined && !existsSync(file);
    const lacking =
        file !== undefined && standsInForAirflow(file) ? lackingValues((inputs.values ?? {}) as ChartValues) : [];
    return [
        ...Object.keys(inputs)
            .filter((key) => !(key in flags) && !(key in options) && !others.includes(key))
            .map((property) => ({ property, reason: "not supported here: leave it out (values go into values)" })),
        ...Object.keys(repositoryOpts)
            .filter((key) => !(key in repository))
            .map((key) => ({
                property: `repositoryOpts.${key}`,
                reason: "not supported here, as everyone may read helm's command line: log in with helm registry login",
            })),
        ...lacking.map((path) => ({
            property: `values.${path}`,
            reason:
                "the rehearsal's stand-in for Airflow's chart lacks it, while the official chart takes it: leave it out of " +
                "a stack that is rehearsed, or point charts.mirror at a folder with the official chart",
        })),
        ...(missing
            ? [
                  {
                      property: "chart",
                      reason: `${file} does not exist: put it there, or point charts.mirror at its folder`,
                  },
              ]
            : []),
        ...(chart === undefined
            ? [{ property: "chart", reason: "required: a path, an address, or a name with repositoryOpts.repo" }]
            : []),
    ];
}

/** The arguments for helm, without the values: those go by file, since everyone on the machine may read arguments. */
export function helmArguments(verb: Verb, inputs: PlainMap, timeoutSeconds: number): string[] {
    const given = Object.entries(inputs);
    return [
        ...[verb, String(inputs.name), String(inputs.chart), "--timeout", `${timeoutSeconds}s`],
        // Told not to wait, helm still waits for hooks, as Pulumi does.
        ...(inputs.skipAwait === true ? [] : ["--wait=watcher"]),
        ...Object.entries((inputs.repositoryOpts ?? {}) as PlainMap).flatMap(([key, value]) => [
            repository[key] ?? key,
            String(value),
        ]),
        ...given.flatMap(([key, value]) => {
            const [flag, only = verb] = flags[key] ?? [];
            return flag !== undefined && value === true && only === verb ? [flag] : [];
        }),
        ...given.flatMap(([key, value]) => {
            const [flag, only = verb] = options[key] ?? [];
            return flag !== undefined && only === verb ? [flag, String(value)] : [];
        }),
    ];
}
