import { type Problem } from "../../problem.ts";
import { definitionNames } from "./controller-problems.ts";
import { type ExistingParts, type ForeignParts } from "./parts.ts";

/**
 * A cluster has one set of definitions, for every Envoy Gateway in it. The stack's would take the place of the one that is
 * there, under whoever runs by it; and without the stack's the entrance would be told things that are not known there.
 */
export function envoyGatewayProblems({ envoyGateway: found }: ForeignParts, { entrance }: ExistingParts): Problem[] {
    return found === undefined || entrance !== true
        ? []
        : [
              {
                  path: ["entrance"],
                  value: undefined,
                  opening:
                      `needs definitions of Envoy Gateway, and others are in the cluster already (${definitionNames(found)})` +
                      `${found.version === undefined ? "" : `, as ${found.version}`}, which belong to ${found.owner.text}:`,
                  rule:
                      "two releases would fight over them, and what the other one runs by would change under it. Remove that one with all " +
                      "that is made by it, deploy to another cluster, or set entrance to {kind: none} and name in mesh.frontDoor by whom " +
                      "people come.",
              },
          ];
}
