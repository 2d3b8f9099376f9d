import { type Problem } from "../problem.ts";
import { type TeamPlacement } from "./team.ts";

/** Placements that an author could not tell apart, and tolerations that Kubernetes would refuse with each task's pod. */
export function placementProblems(placements: readonly TeamPlacement[]): Problem[] {
    const selectors = placements.map(({ nodeSelector }) => JSON.stringify(Object.entries(nodeSelector).sort()));
    return placements.flatMap(({ nodeSelector, tolerations = [] }, index) => {
        const first = selectors.indexOf(selectors[index] ?? "");
        return [
            ...(first === index
                ? []
                : [
                      {
                          path: [index, "nodeSelector"],
                          value: nodeSelector,
                          rule:
                              `placements[${first}] has the same labels, and a DAG's author chooses by them. Give it ` +
                              `others, or make one of the two.`,
                      },
                  ]),
            ...tolerations.flatMap((toleration, position) =>
                tolerationProblems([index, "tolerations", position], toleration),
            ),
        ];
    });
}

function tolerationProblems(
    path: readonly PropertyKey[],
    { operator, value }: Readonly<Record<string, string>>,
): Problem[] {
    if (operator === "Exists" && value !== undefined) {
        return [
            {
                path: [...path, "value"],
                value,
                rule: "operator Exists tolerates every value. Leave value out, or set operator to Equal.",
            },
        ];
    }
    return operator === "Equal" && value === undefined
        ? [
              {
                  path: [...path, "value"],
                  value,
                  rule: "operator Equal, the default, needs the taint's value. Add it, or set operator to Exists.",
              },
          ]
        : [];
}
