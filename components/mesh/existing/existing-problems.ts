import { type Problem } from "../../problem.ts";
import { type ExistingParts, type ForeignController, type ForeignDefinitions, type ForeignParts } from "./parts.ts";

/** Older ones do not know `renewal.policy`, without which an authority would renew itself. */
const oldestCertManager = [1, 21] as const;
/** Linkerd's policy controller reads TLSRoute and GRPCRoute. */
const oldestGatewayApi = [1, 2] as const;
/** Selects sources by label. */
const oldestTrustManager = [0, 12] as const;

/** Definitions of Gateway API without which Linkerd's policies cannot be made. */
export const neededGatewayKinds = ["httproutes", "grpcroutes", "tlsroutes"].map(
    (kind) => `${kind}.gateway.networking.k8s.io`,
);

/** What the stack makes, and cert-manager knows by name in the whole cluster. */
const ownClusterIssuers = ["linkerd-signing-ca", "linkerd-webhook-ca"];

/** Everything that prevents the mesh from being deployed beside what is there, each by its key and with the way out. */
export function existingProblems(found: ForeignParts, wanted: ExistingParts): Problem[] {
    return [
        ...certManagerProblems(found, wanted),
        ...trustManagerProblems(found, wanted),
        ...gatewayApiProblems(found, wanted),
        ...(found.linkerd === undefined
            ? []
            : [
                  missing(
                      "linkerd",
                      `is in namespace ${found.linkerd.namespace} already, and belongs to ${found.linkerd.owner.text}:`,
                      "a cluster has one Linkerd, and this platform rests on how its own is set up. Remove that one, or deploy to " +
                          "another cluster.",
                  ),
              ]),
        ...Object.entries(found.leftOver).map(([part, { owner, names }]) =>
            missing(
                part,
                `has definitions in the cluster (${names[0] ?? ""}${names.length > 1 ? ` and ${String(names.length - 1)} more` : ""}), which belong to ${owner.text}:`,
                "nothing there uses them, and Helm would not take them over. Remove them with all that is made by them, or bring back " +
                    "what they belong to.",
            ),
        ),
    ];
}

function certManagerProblems(all: ForeignParts, { certManager: wanted }: ExistingParts): Problem[] {
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

function trustManagerProblems(
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

function gatewayApiProblems({ gatewayApi: found }: ForeignParts, { gatewayApi: wanted }: ExistingParts): Problem[] {
    const path = ["existing", "gatewayApi"];
    if (!wanted) {
        return found === undefined
            ? []
            : [
                  missing(
                      "gatewayApi",
                      `is in the cluster already${found.version === undefined ? "" : `, as ${found.version}`}, and belongs to ${found.owner.text}:`,
                      "whoever owns the definitions decides on their version. Use them with existing.gatewayApi: true, or remove them with " +
                          "all that is made by them.",
                  ),
              ];
    }
    if (found === undefined) {
        return [
            {
                path,
                value: true,
                rule: "the cluster has no definitions of Gateway API. Leave the key out: the stack brings them.",
            },
        ];
    }
    return gatewayRules(found).map((rule) => ({ path, value: true, rule }));
}

function gatewayRules({ names, version, owner }: ForeignDefinitions): string[] {
    const lacking = neededGatewayKinds.filter((name) => !names.includes(name));
    return [
        ...(isOlder(version, oldestGatewayApi)
            ? [
                  `the definitions there are of ${String(version)}, and Linkerd needs ${text(oldestGatewayApi)}. Have them raised: they belong to ${owner.text}.`,
              ]
            : []),
        ...(lacking.length === 0
            ? []
            : [
                  `${lacking.join(", ")} ${lacking.length === 1 ? "is" : "are"} not among the definitions there. Have the experimental channel ` +
                      `installed: they belong to ${owner.text}.`,
              ]),
    ];
}

function controllerRules(found: ForeignController, name: string, oldest: readonly [number, number]): string[] {
    return [
        ...(found.version === undefined
            ? [
                  `nothing says which version the ${name} there is. Give its Deployment the label app.kubernetes.io/version.`,
              ]
            : []),
        ...(isOlder(found.version, oldest)
            ? [
                  `the ${name} there is ${String(found.version)}, and the mesh needs ${text(oldest)}. Have it raised: it belongs to ${found.owner.text}.`,
              ]
            : []),
        ...(found.available
            ? []
            : [`the ${name} there has no pod that is ready. See to it, or to whom it belongs: ${found.owner.text}.`]),
    ];
}

function argRule({ args }: ForeignController, flag: string, rule: string): string[] {
    return args.filter((arg) => arg.startsWith(flag)).map((arg) => `it is started with ${arg}: ${rule}`);
}

function isThere({ namespace, owner, version }: ForeignController): string {
    return `is in namespace ${namespace} already${version === undefined ? "" : `, as ${version}`}, and belongs to ${owner.text}:`;
}

function notThere(path: string[], value: string, name: string, found: ForeignController | undefined): Problem {
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
function missing(part: string, opening: string, rule: string): Problem {
    return { path: ["existing", part], value: undefined, opening, rule };
}

function isOlder(version: string | undefined, [major, minor]: readonly [number, number]): boolean {
    const [, hasMajor, hasMinor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
    return (
        hasMajor !== undefined && (Number(hasMajor) < major || (Number(hasMajor) === major && Number(hasMinor) < minor))
    );
}

function text([major, minor]: readonly [number, number]): string {
    return `${String(major)}.${String(minor)}`;
}
