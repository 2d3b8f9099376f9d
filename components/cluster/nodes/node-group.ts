import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { below, problemLines } from "../../problem.ts";
import { type NodePool, poolProblem, ScaledBy } from "./node-pool.ts";
import { taskNodes } from "./task-nodes.ts";

/** Kinds of node group, by what runs on the nodes. */
export const NodeGroupKind = {
    /** Airflow and the mesh, on on-demand instances. */
    platform: "platform",
    /** Only tasks, on spot instances, which AWS may reclaim. */
    tasks: "tasks",
} as const;
export type NodeGroupKind = (typeof NodeGroupKind)[keyof typeof NodeGroupKind];

export interface NodeGroupArgs {
    /** Plain, because it decides names, taints and the kind of capacity. */
    kind: NodeGroupKind;

    clusterName: pulumi.Input<string>;

    /** The cluster's version. Resolves only once the cluster has it, so that nodes are upgraded afterwards. */
    version: pulumi.Input<string>;

    nodeRoleArn: pulumi.Input<string>;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    pool: NodePool;

    /** Plain, because it decides whether a deployment changes the number of nodes. */
    scaledBy: ScaledBy;

    /** Tags of the instances and their disks, which do not get the provider's default tags. */
    tags: Record<string, string>;
}

/**
 * A managed node group. There is no SSH, pods cannot reach the instance's credentials, and disks are encrypted. An
 * update adds new nodes before it drains old ones.
 */
export class NodeGroup extends pulumi.ComponentResource {
    constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:NodeGroup", name, {}, opts);

        const { kind, pool, scaledBy } = args;
        const forTasks = kind === NodeGroupKind.tasks;
        const problems = below([kind], poolProblem(pool, { spot: forTasks, scaledBy }));
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const tags = { ...args.tags, Name: pulumi.interpolate`${args.clusterName}-${kind}` };
        const template = new aws.ec2.LaunchTemplate(
            `${name}-template`,
            {
                metadataOptions: {
                    httpEndpoint: "enabled",
                    httpTokens: "required",
                    // One hop reaches the instance itself. The response to a pod, one hop further, is dropped.
                    httpPutResponseHopLimit: 1,
                },
                blockDeviceMappings: [
                    {
                        // The root disk of Amazon Linux.
                        deviceName: "/dev/xvda",
                        ebs: {
                            volumeType: "gp3",
                            volumeSize: pool.diskGb,
                            encrypted: "true",
                            deleteOnTermination: "true",
                        },
                    },
                ],
                tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
                updateDefaultVersion: true,
            },
            { parent: this },
        );

        new aws.eks.NodeGroup(
            `${name}-nodes`,
            {
                clusterName: args.clusterName,
                // A prefix, because a replacement is created while the old group still has its name.
                nodeGroupNamePrefix: `${kind}-`,
                nodeRoleArn: args.nodeRoleArn,
                subnetIds: args.subnetIds,
                version: args.version,
                amiType: "AL2023_x86_64_STANDARD",
                capacityType: forTasks ? "SPOT" : "ON_DEMAND",
                instanceTypes: [...pool.instanceTypes],
                launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
                scalingConfig: {
                    minSize: pool.minimum,
                    maxSize: pool.maximum,
                    desiredSize: pool.minimum,
                },
                labels: forTasks ? { [taskNodes.key]: taskNodes.value } : {},
                taints: forTasks ? [{ ...taskNodes, effect: "NO_SCHEDULE" }] : [],
                updateConfig: { maxUnavailable: 1 },
                nodeRepairConfig: { enabled: true },
            },
            {
                parent: this,
                // The autoscaler changes it, and resetting it would end nodes that run tasks. Without an autoscaler it
                // must follow the minimum, because AWS refuses a minimum above it.
                ignoreChanges: scaledBy === ScaledBy.autoscaler ? ["scalingConfig.desiredSize"] : [],
                // Nodes go one after another, and EKS tries for up to 15 minutes to drain each. Pods are evicted, which ends
                // the tasks among them: only a disruption budget would make it wait.
                customTimeouts: { update: "120m", delete: "60m" },
            },
        );

        this.registerOutputs({});
    }
}
