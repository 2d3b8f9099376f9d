import { below, type Problem } from "../problem.ts";
import { type PublicAccess, publicAccessProblem } from "./public-access.ts";
import { kubernetesVersions } from "./nodes/versions.ts";

/** The plain inputs of a cluster that are checked. */
export interface PlainCluster {
    readonly clusterName: string;
    readonly version: string;
    readonly publicAccess?: PublicAccess;
}

/** All problems of these inputs. */
export function clusterProblems({ clusterName, version, publicAccess }: PlainCluster): Problem[] {
    return [
        ...below(["clusterName"], clusterNameProblem(clusterName)),
        ...below(["version"], versionProblem(version)),
        ...below(["publicAccess"], publicAccess && publicAccessProblem(publicAccess)),
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
