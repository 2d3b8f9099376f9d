import { type Problem } from "../../problem.ts";
import { controllerRules, isThere, missing, notThere } from "./controller-problems.ts";
import { type ExistingParts, type ForeignController, type ForeignParts } from "./parts.ts";

/** Selects sources by label. */
const oldestTrustManager = [0, 12] as const;

export function trustManagerProblems(
    { trustManager: found }: ForeignParts,
    { trustManager: wanted, certManager }: ExistingParts,
): Problem[] {
    const trusts = found === undefined ? undefined : trustNamespace(found);
    if (wanted === undefined) {
        return found === undefined
            ? []
            : [
                  missing(
                      "trustManager",
                      isThere(found),
                      `two would fight over every bundle. Use it with existing.trustManager: {namespace: ${trusts ?? ""}}, its trust ` +
                          `namespace, ${certManager === undefined ? "and the cert-manager with it, " : ""}or remove it.`,
                  ),
              ];
    }
    const path = ["trustManager", "namespace"];
    if (found === undefined) {
        return [notThere(path, wanted.namespace, "trust-manager", found)];
    }
    const rules = [
        ...controllerRules(found, "trust-manager", oldestTrustManager),
        ...(trusts === wanted.namespace
            ? []
            : [`the one in namespace ${found.namespace} takes roots from namespace ${trusts ?? ""}. Name that.`]),
    ];
    return rules.map((rule) => ({ path: ["existing", ...path], value: wanted.namespace, rule }));
}

function trustNamespace({ args }: ForeignController): string {
    const flag = "--trust-namespace=";
    return args.find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? "cert-manager";
}
