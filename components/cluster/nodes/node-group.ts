import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { below, problemLines } from "../../problem.ts";
import { type NodePool, poolProblem, ScaledBy } from "./node-pool.ts";
import { taskNodes } from "./task-nodes.ts";

/** What runs on a group's nodes. */
export const NodeGroupKind = {
    /** Airflow and the mesh, on instances that stay. */
    platform: "platform",
    /** Tasks, and nothing else, on spot instances that AWS may take back. */
    tasks: "tasks",
} as const;
export type NodeGroupKind = (typeof NodeGroupKind)[keyof typeof NodeGroupKind];

export interface NodeGroupArgs {
    /** Plain, because it decides about names, taints and how nodes are bought. */
    kind: NodeGroupKind;

    clusterName: pulumi.Input<string>;

    /** The cluster's version, which its nodes follow once the cluster has it. */
    version: pulumi.Input<string>;

    nodeRoleArn: pulumi.Input<string>;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    pool: NodePool;

    /** Plain, because it decides what of the pool a deployment changes. */
    scaledBy: ScaledBy;

    /** Tags of the instances and their disks, which no default of the provider reaches. */
    tags: Record<string, string>;
}

/**
 * Nodes that EKS manages. Nobody logs in to them by SSH, pods do not reach the credentials of the instance, and disks
 * are encrypted. A new version of anything makes new nodes before it drains the old ones.
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
                    // A pod's packet is one hop further away, so its answer never arrives.
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
                // Not a name, which the group that replaces it could not have while the old one is still there.
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
                // An autoscaler's from then on: setting it back would end nodes that run tasks. Without one it has to follow
                // the minimum, which AWS refuses to raise above it.
                ignoreChanges: scaledBy === ScaledBy.autoscaler ? ["scalingConfig.desiredSize"] : [],
                // Draining waits for tasks to end.
                customTimeouts: { update: "120m", delete: "60m" },
            },
        );

        this.registerOutputs({});
    }
}
