import { type PlatformConfig } from "../../stacks/config.ts";
import { ClusterKind } from "../../stacks/config/cluster/cluster-schema.ts";

/** The kubeconfig and context of a cluster that the stack did not make. */
export function clusterReach({
    cluster,
}: Pick<PlatformConfig, "cluster">): { readonly kubeconfig: string; readonly context: string } | undefined {
    return cluster.kind === ClusterKind.existing ? cluster.reach : undefined;
}
