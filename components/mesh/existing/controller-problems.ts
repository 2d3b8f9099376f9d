import { type Problem } from "../../problem.ts";
import { type ForeignController, type ForeignDefinitions } from "./parts.ts";
import { isOlder, type OldestVersion, versionText } from "./versions.ts";

/** Why a controller of somebody else's cannot be used, whichever it is. */
export function controllerRules(found: ForeignController, name: string, oldest: OldestVersion): string[] {
    return [
        ...(found.version === undefined
            ? [
                  `nothing says which version the ${name} there is. Give its Deployment the label app.kubernetes.io/version.`,
              ]
            : []),
        ...(isOlder(found.version, oldest)
            ? [
                  `the ${name} there is ${String(found.version)}, and the mesh needs ${versionText(oldest)}. Have it raised: it belongs to ${found.owner.text}.`,
              ]
            : []),
        ...(found.available
            ? []
            : [`the ${name} there has no pod that is ready. See to it, or to whom it belongs: ${found.owner.text}.`]),
    ];
}

/** How a controller that the stack does not name is spoken of. */
export function isThere({ namespace, owner, version }: ForeignController): string {
    return `is in namespace ${namespace} already${version === undefined ? "" : `, as ${version}`}, and belongs to ${owner.text}:`;
}

/** The first of some definitions, and how many more there are. */
export function definitionNames({ names }: ForeignDefinitions): string {
    return `${names[0] ?? ""}${names.length > 1 ? ` and ${String(names.length - 1)} more` : ""}`;
}

/** It is not where the stack says. */
export function notThere(path: string[], value: string, name: string, found: ForeignController | undefined): Problem {
    return {
        path: ["existing", ...path],
        value,
        rule:
            found === undefined
                ? `the cluster has no ${name} of somebody else's. Leave the key out: the stack brings one.`
                : `the ${name} of the cluster is in namespace ${found.namespace}. Name that.`,
    };
}

/** The key is not there, and the cluster says that it should be. */
export function missing(part: string, opening: string, rule: string): Problem {
    return { path: ["existing", part], value: undefined, opening, rule };
}
