import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TaskPlacement } from "../../components/airflow/tasks/pod-template.ts";
import { type Cluster } from "../../components/cluster/cluster.ts";
import { type ClusterNetwork } from "../../components/cluster/network/cluster-network.ts";
import { AutoModeSettings } from "../../components/cluster/nodes/auto-mode-settings.ts";
import { DefaultStorage, StorageDriver } from "../../components/cluster/nodes/default-storage.ts";
import { Karpenter } from "../../components/cluster/nodes/karpenter/karpenter.ts";
import { TaskNodePools } from "../../components/cluster/nodes/karpenter/task-node-pools.ts";
import { onKarpenterTaskNodes, onTaskNodes } from "../../components/cluster/nodes/task-nodes.ts";
import { type ClusterKind, NodesKind } from "../config/cluster/cluster-schema.ts";
import type { PlatformConfig } from "../config.ts";

/** A cluster that the stack makes, and what there is in AWS of it. */
export interface MadeCluster {
    readonly cluster: Extract<PlatformConfig["cluster"], { kind: typeof ClusterKind.eks }>;
    readonly made: Cluster;
    readonly network: Pick<ClusterNetwork, "nodeSubnetIds">;
    readonly kubernetes: k8s.Provider;
}

/** What must be in such a cluster before anything else is: the class of volumes, and what its nodes need. */
export function clusterSettings(
    { cluster, made, network, kubernetes }: MadeCluster,
    { charts, images, tags }: Pick<PlatformConfig, "charts" | "images" | "tags">,
): { readonly settings: readonly pulumi.Resource[]; readonly taskPlacement: TaskPlacement } {
    const inCluster = { providers: [kubernetes] };
    const { nodes, name: clusterName } = cluster;
    const storage = new DefaultStorage(
        "cluster-storage",
        { driver: nodes.kind === NodesKind.auto ? StorageDriver.autoMode : StorageDriver.addon },
        inCluster,
    );

    switch (nodes.kind) {
        case NodesKind.managed:
            return { settings: [storage], taskPlacement: onTaskNodes };
        case NodesKind.auto: {
            const { maximumTaskCores } = nodes;
            const autoMode = new AutoModeSettings("cluster-settings", { maximumTaskCores }, inCluster);
            return { settings: [storage, autoMode], taskPlacement: onKarpenterTaskNodes };
        }
        case NodesKind.karpenter: {
            if (made.karpenter === undefined) {
                throw new Error("a cluster with nodes of Karpenter's has its rights in AWS");
            }
            const { queueName, instanceProfile } = made.karpenter;
            const karpenter = new Karpenter(
                "karpenter",
                { clusterName, queueName, mirror: charts.mirror, images },
                inCluster,
            );
            const pools = new TaskNodePools(
                "task-nodes",
                {
                    pools: nodes.tasks,
                    diskGb: nodes.taskDiskGb,
                    instanceProfile,
                    subnetIds: network.nodeSubnetIds,
                    clusterSecurityGroupId: made.clusterSecurityGroupId,
                    tags,
                },
                pulumi.mergeOptions(inCluster, { dependsOn: [karpenter] }),
            );
            return { settings: [storage, karpenter, pools], taskPlacement: onKarpenterTaskNodes };
        }
    }
}
