import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { addonsBeforeNodes, addonsOnNodes, ClusterAddons } from "./cluster-addons.ts";
import { NodeGroup, NodeGroupKind } from "./node-group.ts";
import { defaultPlatformPool, defaultTaskPool, type NodePool, ScaledBy } from "./node-pool.ts";
import { ServiceRole } from "../../aws/service-role.ts";

/** Nodes in two groups that EKS manages, with add-ons that the stack pins. */
export interface ManagedNodes {
    kind: "managed";

    /** Who decides how many nodes there are. Plain. Defaults to the stack: nothing adds a node by itself. */
    scaledBy?: ScaledBy;

    /** Nodes for Airflow and the mesh, which stay. Defaults to three of four cores and 16 GiB. */
    platform?: NodePool;

    /** Nodes for tasks, bought as spot. Defaults to two of eight cores and 32 GiB. */
    tasks?: NodePool;
}

export interface ClusterNodesArgs {
    nodes: ManagedNodes;

    /** Begins the names of roles. Plain, because it decides what they are called. */
    namePrefix: string;

    clusterName: pulumi.Input<string>;

    /** The version that the cluster has, once it has it. */
    clusterVersion: pulumi.Input<string>;

    /** The version whose add-ons it has. */
    version: string;

    account: pulumi.Input<AwsAccount>;

    region: string;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    permissionsBoundary?: pulumi.Input<string>;

    /** Tags of instances and their disks. */
    tags: Record<string, string>;
}

/** The nodes of a cluster and the add-ons that make them of use, in the order in which they need each other. */
export class ClusterNodes extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterNodesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ClusterNodes", name, {}, opts);

        const { nodes, namePrefix, account, region, clusterName, version, permissionsBoundary } = args;

        const shared = { namePrefix, account, region, clusterName, version, permissionsBoundary };

        const role = new ServiceRole(
            `${name}-instances`,
            {
                namePrefix,
                purpose: "nodes",
                service: "ec2.amazonaws.com",
                account,
                // What pods may do is theirs: the VPC CNI has a role of its own, and no other pod gets at this one.
                managedPolicies: [
                    "AmazonEKSWorkerNodePolicy",
                    "AmazonEC2ContainerRegistryPullOnly",
                    // A session on a node by Systems Manager, in the place of SSH.
                    "AmazonSSMManagedInstanceCore",
                ],
                permissionsBoundary,
            },
            { parent: this },
        );

        const networking = new ClusterAddons(
            `${name}-networking`,
            { ...shared, addons: addonsBeforeNodes },
            { parent: this },
        );

        const group = (kind: NodeGroupKind, pool: NodePool) =>
            new NodeGroup(
                `${name}-${kind}`,
                {
                    kind,
                    clusterName,
                    version: args.clusterVersion,
                    nodeRoleArn: role.arn,
                    subnetIds: args.subnetIds,
                    pool,
                    scaledBy: nodes.scaledBy ?? ScaledBy.stack,
                    tags: args.tags,
                },
                { parent: this, dependsOn: [networking] },
            );
        const platform = group(NodeGroupKind.platform, nodes.platform ?? defaultPlatformPool);
        group(NodeGroupKind.tasks, nodes.tasks ?? defaultTaskPool);

        new ClusterAddons(
            `${name}-services`,
            { ...shared, addons: addonsOnNodes },
            { parent: this, dependsOn: [platform] },
        );

        this.registerOutputs({});
    }
}
