import { type Problem } from "../../problem.ts";
import { controllerRules, isThere, missing, notThere } from "./controller-problems.ts";
import { type ExistingParts, type ForeignController, type ForeignParts } from "./parts.ts";

/** Older ones do not know `renewal.policy`, without which an authority would renew itself. */
const oldestCertManager = [1, 21] as const;

/** What the stack makes, and cert-manager knows by name in the whole cluster. */
const ownClusterIssuers = ["linkerd-signing-ca", "linkerd-webhook-ca"];

export function certManagerProblems(all: ForeignParts, { certManager: wanted }: ExistingParts): Problem[] {
    const { certManager: found } = all;
    if (wanted === undefined) {
        return found === undefined
            ? []
            : [
                  missing(
                      "certManager",
                      isThere(found),
                      `two would fight over every certificate. Use it with existing.certManager: {namespace: ${found.namespace}}, or remove it.`,
                  ),
              ];
    }
    const path = ["certManager", "namespace"];
    if (found === undefined || found.namespace !== wanted.namespace) {
        return [notThere(path, wanted.namespace, "cert-manager", found)];
    }
    const rules = [
        ...controllerRules(found, "cert-manager", oldestCertManager),
        ...argRule(found, "--namespace=", "it serves that namespace alone, and the mesh has three. Start it without."),
        ...resourceNamespaceRules(found),
        ...found.args
            .filter((arg) => arg.startsWith("--controllers=") && arg.includes("-certificaterequests-approver"))
            .map(
                (arg) =>
                    `it is started with ${arg}, so a policy approves each request. Let requests for the ClusterIssuers linkerd-signing-ca ` +
                    "and linkerd-webhook-ca be approved by cert-manager itself, or use one without such a policy.",
            ),
    ];
    return [...rules, ...issuerRules(all), ...permissionRules(all)].map((rule) => ({
        path: ["existing", ...path],
        value: wanted.namespace,
        rule,
    }));
}

function issuerRules({ clusterIssuers }: ForeignParts): string[] {
    return ownClusterIssuers
        .filter((name) => clusterIssuers.includes(name))
        .map(
            (name) =>
                `the cluster has a ClusterIssuer ${name} of somebody else's, and the mesh's authority would take its place. Rename or ` +
                "remove that one.",
        );
}

function permissionRules({ forbidden }: ForeignParts): string[] {
    return forbidden.map(
        (what) => `whoever deploys may not ${what}, which the mesh's authority needs. Have that allowed.`,
    );
}

/** The keys of cluster issuers are looked for in one namespace, which is usually its own. */
function resourceNamespaceRules({ args, namespace }: ForeignController): string[] {
    const flag = "--cluster-resource-namespace=";
    const given = args.find((arg) => arg.startsWith(flag))?.slice(flag.length);
    return given === undefined || given === namespace || given === "$(POD_NAMESPACE)"
        ? []
        : [
              `it looks for the keys of cluster issuers in namespace ${given}, and the stack puts them beside it. Start it with ` +
                  `${flag}${namespace}.`,
          ];
}

function argRule({ args }: ForeignController, flag: string, rule: string): string[] {
    return args.filter((arg) => arg.startsWith(flag)).map((arg) => `it is started with ${arg}: ${rule}`);
}
