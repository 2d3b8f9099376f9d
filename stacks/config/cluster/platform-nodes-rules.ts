import { type Problem } from "../../../components/problem.ts";
import { karpenterChartsProblems } from "../mesh/charts-rules.ts";
import { ClusterKind, NodesKind } from "./cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";

/** The replicas of Linkerd's control plane with high availability, none of which shares a node with another. */
const replicas = 3;

/** Rules between the nodes of a cluster that the stack makes and what has to find room on them. */
export function platformNodesProblems({
    cluster,
    mesh,
    charts,
}: Pick<ParsedConfig, "cluster" | "mesh" | "charts">): Problem[] {
    if (cluster.kind !== ClusterKind.eks || cluster.nodes.kind === NodesKind.auto) {
        return [];
    }
    const { kind, platform } = cluster.nodes;
    const missing = kind === NodesKind.karpenter ? karpenterChartsProblems(charts.mirror) : [];
    const { minimum } = platform;
    return minimum >= replicas || !mesh.highAvailability
        ? missing
        : [
              ...missing,
              {
                  path: ["cluster", "nodes", "platform", "minimum"],
                  value: minimum,
                  rule:
                      `with mesh.highAvailability each part of Linkerd runs ${replicas} times, each on a node of its own, ` +
                      `and a deployment waits for all. Raise it to ${replicas}, or set mesh.highAvailability to false.`,
              },
          ];
}
