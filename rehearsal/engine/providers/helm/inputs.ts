import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { type PlainMap } from "../../property.ts";
import { type CheckFailure } from "../../provider.ts";

type Verb = "install" | "upgrade";

/** Switches of a Release and helm's flags for them. Pulumi reads another input for hooks when it upgrades. */
const flags: Readonly<Record<string, readonly [flag: string, ...verbs: Verb[]]>> = {
    atomic: ["--rollback-on-failure", "install", "upgrade"],
    cleanupOnFail: ["--cleanup-on-fail", "upgrade"],
    createNamespace: ["--create-namespace", "install"],
    dependencyUpdate: ["--dependency-update", "install", "upgrade"],
    devel: ["--devel", "install", "upgrade"],
    disableCRDHooks: ["--no-hooks", "upgrade"],
    disableOpenapiValidation: ["--disable-openapi-validation", "install", "upgrade"],
    disableWebhooks: ["--no-hooks", "install"],
    forceUpdate: ["--force-replace", "install", "upgrade"],
    renderSubchartNotes: ["--render-subchart-notes", "install", "upgrade"],
    resetValues: ["--reset-values", "upgrade"],
    reuseValues: ["--reuse-values", "upgrade"],
    skipCrds: ["--skip-crds", "install", "upgrade"],
    takeOwnership: ["--take-ownership", "install", "upgrade"],
    verify: ["--verify", "install", "upgrade"],
    waitForJobs: ["--wait-for-jobs", "install", "upgrade"],
};

const texts = ["chart", "description", "keyring", "name", "namespace", "version"];
const others = ["allowNullValues", "compat", "maxHistory", "repositoryOpts", "skipAwait", "timeout", "values"];
const repositoryFlags: Readonly<Record<string, string>> = {
    repo: "--repo",
    caFile: "--ca-file",
    certFile: "--cert-file",
    keyFile: "--key-file",
};

/** What is wrong with a Release's inputs; everything that would be ignored is refused by name. */
export function problems(inputs: PlainMap, projectFolder: string): CheckFailure[] {
    const failures: CheckFailure[] = [];
    for (const key of Object.keys(inputs)) {
        if (!(key in flags) && !texts.includes(key) && !others.includes(key)) {
            failures.push({ property: key, reason: "not supported here: leave it out (values go into values)" });
        }
    }
    for (const key of Object.keys((inputs.repositoryOpts ?? {}) as PlainMap)) {
        if (!(key in repositoryFlags)) {
            const reason =
                "not supported here, since helm takes it on its command line: log in with helm registry login";
            failures.push({ property: `repositoryOpts.${key}`, reason });
        }
    }
    if (inputs.chart === undefined) {
        failures.push({
            property: "chart",
            reason: "required: a path, an address, or a name with repositoryOpts.repo",
        });
    } else if (typeof inputs.chart === "string" && isFile(inputs)) {
        const path = resolve(projectFolder, inputs.chart);
        if (!existsSync(path)) {
            const reason = `${path} does not exist: put the chart there, or point charts.mirror at the folder that has it`;
            failures.push({ property: "chart", reason });
        }
    }
    return failures;
}

function isFile({ chart, repositoryOpts }: PlainMap): boolean {
    const path = String(chart);
    return !path.includes("://") && !(repositoryOpts as PlainMap | undefined)?.repo && /^[./]|\.tgz$|\//.test(path);
}

/** The arguments for helm, without the values: those go by file, since everyone on the machine may read arguments. */
export function helmArguments(verb: Verb, inputs: PlainMap, timeoutSeconds: number): string[] {
    const repository = Object.entries((inputs.repositoryOpts ?? {}) as PlainMap);
    return [
        verb,
        String(inputs.name),
        String(inputs.chart),
        ...["description", "keyring", "version"].flatMap((key) =>
            inputs[key] === undefined ? [] : [`--${key}`, String(inputs[key])],
        ),
        ...repository.flatMap(([key, value]) => [repositoryFlags[key] ?? key, String(value)]),
        ...Object.entries(flags).flatMap(([key, [flag, ...verbs]]) =>
            inputs[key] === true && verbs.includes(verb) ? [flag] : [],
        ),
        ...(verb === "upgrade" && inputs.maxHistory !== undefined ? ["--history-max", String(inputs.maxHistory)] : []),
        // Without it, helm still waits for hooks, as Pulumi does.
        ...(inputs.skipAwait === true ? [] : ["--wait=watcher"]),
        "--timeout",
        `${timeoutSeconds}s`,
    ];
}
