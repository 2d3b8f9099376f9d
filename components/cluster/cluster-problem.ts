import { type PublicAccess, publicAccessProblem } from "./public-access.ts";
import { kubernetesVersions } from "./nodes/versions.ts";

/** The plain inputs of a cluster that are checked. */
export interface PlainCluster {
    readonly clusterName: string;
    readonly version: string;
    readonly publicAccess?: PublicAccess;
}

/** The first problem: the field, its value, and the rule with the way out. Undefined when there is none. */
export function clusterProblem({
    clusterName,
    version,
    publicAccess,
}: PlainCluster): { field: string; value: string; rule: string } | undefined {
    // EKS's own rule.
    if (!/^[0-9A-Za-z][\w-]{0,99}$/.test(clusterName)) {
        return {
            field: "clusterName",
            value: `"${clusterName}"`,
            rule: 'it must begin with a letter or digit, and have up to 100 letters, digits, "-" and "_". Correct it.',
        };
    }
    if (!kubernetesVersions.includes(version)) {
        return {
            field: "version",
            value: `"${version}"`,
            rule: `no add-ons are pinned for it. Choose one of ${kubernetesVersions.join(", ")}.`,
        };
    }
    const problem = publicAccess && publicAccessProblem(publicAccess);
    return problem && { ...problem, field: `publicAccess.${problem.field}` };
}
