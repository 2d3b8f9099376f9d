import { type Problem } from "../../problem.ts";
import { certManagerProblems } from "./cert-manager-problems.ts";
import { definitionNames, missing } from "./controller-problems.ts";
import { envoyGatewayProblems } from "./envoy-gateway-problems.ts";
import { gatewayApiProblems } from "./gateway-api-problems.ts";
import { type ExistingParts, type ForeignParts } from "./parts.ts";
import { prometheusProblems } from "./prometheus-problems.ts";
import { trustManagerProblems } from "./trust-manager-problems.ts";

/** Everything that prevents the mesh from being deployed beside what is there, each by its key and with the way out. */
export function existingProblems(found: ForeignParts, wanted: ExistingParts): Problem[] {
    return [
        ...certManagerProblems(found, wanted),
        ...trustManagerProblems(found, wanted),
        ...gatewayApiProblems(found, wanted),
        ...envoyGatewayProblems(found, wanted),
        ...prometheusProblems(found, wanted),
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
        ...Object.entries(found.leftOver).map(([part, definitions]) =>
            missing(
                part,
                `has definitions in the cluster (${definitionNames(definitions)}), which belong to ${definitions.owner.text}:`,
                "nothing there uses them, and Helm would not take them over. Remove them with all that is made by them, or bring back " +
                    "what they belong to.",
            ),
        ),
    ];
}
