import { below, type Problem } from "../problem.ts";
import { type PublicAccess, publicAccessProblem } from "./public-access.ts";
import { addonsInAutoMode, type AddonVersions, addonVersionProblems, kubernetesVersions } from "./nodes/versions.ts";

/** The plain inputs of a cluster that are checked. */
export interface PlainCluster {
    readonly clusterName: string;
    readonly version: string;
    readonly publicAccess?: PublicAccess;
    readonly nodes: { readonly kind: string };
    readonly addonVersions?: AddonVersions;
}

/** All problems of these inputs. */
export function clusterProblems(cluster: PlainCluster): Problem[] {
    const { clusterName, version, publicAccess } = cluster;
    return [
        ...below(["clusterName"], clusterNameProblem(clusterName)),
        ...below(["version"], versionProblem(version)),
        ...below(["publicAccess"], publicAccess && publicAccessProblem(publicAccess)),
        ...below(["addonVersions"], ...addonProblems(cluster)),
    ];
}

/** Problems of the versions of add-ons that a stack names itself. */
export function addonProblems({
    version,
    nodes,
    addonVersions = {},
}: Pick<PlainCluster, "version" | "nodes" | "addonVersions">): Problem[] {
    const auto = nodes.kind === "auto";
    const foreign = auto
        ? Object.entries(addonVersions).filter(([addon]) => !addonsInAutoMode.some((ours) => ours === addon))
        : [];
    return [
        ...foreign.map(([addon, value]) => ({
            path: [addon],
            value,
            rule: "in Auto Mode EKS runs it itself, at a version of its own. Remove it.",
        })),
        ...addonVersionProblems(version, addonVersions).filter(
            ({ path }) => !foreign.some(([addon]) => addon === path[0]),
        ),
    ];
}

/** EKS's own rule for a cluster's name. */
function clusterNameProblem(name: string): Problem | undefined {
    return /^[0-9A-Za-z][\w-]{0,99}$/.test(name)
        ? undefined
        : {
              path: [],
              value: name,
              rule: 'it must begin with a letter or digit, and have up to 100 letters, digits, "-" and "_". Correct it.',
          };
}

/** Refuses a version of Kubernetes for which no add-ons are pinned. */
export function versionProblem(version: string): Problem | undefined {
    return kubernetesVersions.includes(version)
        ? undefined
        : {
              path: [],
              value: version,
              rule: `no add-ons are pinned for it. Choose one of ${kubernetesVersions.join(", ")}.`,
          };
}
