import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { TaskPlacement } from "../../components/airflow/tasks/pod-template.ts";
import type { AwsFoundation } from "./aws-foundation.ts";
import { kubernetesProvider } from "./cluster-provider.ts";
import { ClusterKind } from "../config/cluster/cluster-schema.ts";
import type { PlatformConfig } from "../config.ts";

/** The cluster, and what AWS has around it where that is in AWS. */
export interface Foundation {
    readonly clusterName: string;
    readonly kubernetes: k8s.Provider;
    /** What must be in the cluster before anything else is. */
    readonly settings: readonly pulumi.Resource[];
    /** The nodes that are for tasks alone. Undefined where the stack made none. */
    readonly taskPlacement?: TaskPlacement;
    readonly aws?: AwsFoundation;
}

/** Makes the cluster, or finds the one that is there. What is for AWS is loaded only by a stack that is there. */
export async function layFoundation(config: PlatformConfig): Promise<Foundation> {
    const { cluster } = config;
    if (cluster.kind === ClusterKind.existing && cluster.aws === undefined) {
        const { name, reach } = cluster;
        const kubernetes = kubernetesProvider(name, reach?.kubeconfig, reach?.context);
        return { clusterName: name, kubernetes, settings: [] };
    }
    const { awsFoundation } = await import("./aws-foundation.ts");
    return awsFoundation(config);
}
