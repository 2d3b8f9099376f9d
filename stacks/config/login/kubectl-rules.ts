import { presets } from "../../../components/identity/login-providers.ts";
import { below, type KeyPath, type Problem } from "../../../components/problem.ts";
import { ClusterKind } from "../cluster/cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";

/** What the API server of Kubernetes cannot read of a login, or must not take, and what EKS cannot reach. */
export function kubectlProblems({ login, cluster, teams }: ParsedConfig): Problem[] {
    if (login?.kubectl === undefined) {
        return [];
    }
    const { kubectl, clientId, provider, groupsClaim, groupsSeparator, authorityFile } = login;
    const claim = groupsClaim ?? presets[provider].groupsClaim;
    const problem = (path: KeyPath, value: unknown, rule: string): Problem[] => [{ path, value, rule }];
    return below(
        ["login"],
        ...(kubectl.clientId === clientId
            ? problem(
                  ["kubectl", "clientId"],
                  kubectl.clientId,
                  "it is login.clientId, so whoever comes by a token of a login to Airflow could use the cluster with it. " +
                      "Register a client of its own, a public one with PKCE.",
              )
            : []),
        // A URL is a name that has dots.
        ...(claim.includes(".") && !claim.includes("://")
            ? problem(
                  ["groupsClaim"],
                  claim,
                  "Kubernetes reads a claim by its name and follows no path, and login.kubectl has it read this one. Let the " +
                      "provider put the groups into a claim of their own, or leave kubectl out.",
              )
            : []),
        ...(groupsSeparator === undefined
            ? []
            : problem(
                  ["groupsSeparator"],
                  groupsSeparator,
                  "Kubernetes splits no text, so nobody would be in a group there. Let the provider send a list, or leave " +
                      "login.kubectl out.",
              )),
        ...(authorityFile !== undefined && cluster.kind === ClusterKind.eks
            ? problem(
                  ["kubectl"],
                  kubectl,
                  "EKS asks the provider over the internet and believes public authorities alone, and login.authorityFile names " +
                      "one of your own. Leave kubectl out, and give people access by cluster.viewers.",
              )
            : []),
        ...(teams.length === 0
            ? problem(
                  ["kubectl"],
                  kubectl,
                  "it is for the groups of teams, and there are none. Add teams, or leave it out.",
              )
            : []),
    );
}
