import { type Problem } from "../../problem.ts";
import { missing } from "./controller-problems.ts";
import { type ExistingParts, type ForeignDefinitions, type ForeignParts } from "./parts.ts";
import { isOlder, versionText } from "./versions.ts";

/** Linkerd's policy controller reads TLSRoute and GRPCRoute. */
const oldestGatewayApi = [1, 2] as const;

/** Definitions of Gateway API without which Linkerd's policies cannot be made. */
export const neededGatewayKinds = ["httproutes", "grpcroutes", "tlsroutes"].map(
    (kind) => `${kind}.gateway.networking.k8s.io`,
);

export function gatewayApiProblems(
    { gatewayApi: found }: ForeignParts,
    { gatewayApi: wanted }: ExistingParts,
): Problem[] {
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
                  `the definitions there are of ${String(version)}, and Linkerd needs ${versionText(oldestGatewayApi)}. Have them raised: they belong to ${owner.text}.`,
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
