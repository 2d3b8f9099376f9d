import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { addonsBeforeNodes, addonsOnNodes, ClusterAddons } from "./cluster-addons.ts";
import { KarpenterRights } from "./karpenter/karpenter-rights.ts";
import { NodeGroup, NodeGroupKind } from "./node-group.ts";
import { defaultPlatformPool, defaultTaskPool, type NodePool, ScaledBy } from "./node-pool.ts";
import { ServiceRole } from "../../aws/service-role.ts";
import { type AddonVersions } from "./versions.ts";

/** Two managed node groups, with add-ons whose versions are pinned. */
export interface ManagedNodes {
    kind: "managed";

    /** Who decides the number of nodes. Plain, because it decides what changes are ignored. Defaults to the stack. */
    scaledBy?: ScaledBy;

    /** On-demand nodes for Airflow and the mesh. Defaults to three with 4 cores and 16 GiB. */
    platform?: NodePool;

    /** Spot nodes for tasks. Defaults to two with 8 cores and 32 GiB. */
    tasks?: NodePool;
}

/** A managed group for the platform. Nodes for tasks are Karpenter's, which needs its rights in AWS and then its chart. */
export interface KarpenterNodes {
    kind: "karpenter";

    /** On-demand nodes for Airflow, the mesh and Karpenter itself. Defaults to three with 4 cores and 16 GiB. */
    platform?: Omit<NodePool, "maximum">;
}

export interface ClusterNodesArgs {
    nodes: ManagedNodes | KarpenterNodes;

    /** The prefix of role names. Plain, because it decides what they are called. */
    namePrefix: string;

    clusterName: pulumi.Input<string>;

    /** The cluster's version. Resolves only once the cluster has it. */
    clusterVersion: pulumi.Input<string>;

    /** The Kubernetes version, which decides the versions of the add-ons. Plain, because it is looked up in a table. */
    version: string;

    /** Versions of add-ons in the place of those in the table. Plain, as they are checked. Defaults to none. */
    addonVersions?: AddonVersions;

    account: AwsAccount;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    permissionsBoundary?: pulumi.Input<string>;

    /** Tags of instances and their disks, which do not get the provider's default tags. */
    tags: Record<string, string>;
}

/** The nodes of a cluster and its add-ons, in the order in which they depend on each other. */
export class ClusterNodes extends pulumi.ComponentResource {
    /** Undefined where EKS manages all nodes. */
    public readonly karpenter: KarpenterRights | undefined;

    constructor(name: string, args: ClusterNodesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ClusterNodes", name, {}, opts);

        const { nodes, namePrefix, account, clusterName, version, permissionsBoundary } = args;

        const shared = {
            namePrefix,
            account,
            clusterName,
            version,
            addonVersions: args.addonVersions,
            permissionsBoundary,
        };

        const role = new ServiceRole(
            `${name}-instances`,
            {
                namePrefix,
                purpose: "nodes",
                service: "ec2.amazonaws.com",
                account,
                // Pods cannot use this role, so it has no policy for them: the VPC CNI has a role of its own.
                managedPolicies: [
                    "AmazonEKSWorkerNodePolicy",
                    "AmazonEC2ContainerRegistryPullOnly",
                    // Sessions on a node through Systems Manager, instead of SSH.
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
                    scaledBy: (nodes.kind === "managed" ? nodes.scaledBy : undefined) ?? ScaledBy.stack,
                    tags: args.tags,
                },
                { parent: this, dependsOn: [networking] },
            );
        const platformPool = { ...defaultPlatformPool, ...nodes.platform };
        const platform = group(
            NodeGroupKind.platform,
            // Karpenter adds none to a group, so there are as many as the minimum.
            nodes.kind === "karpenter" ? { ...platformPool, maximum: platformPool.minimum } : platformPool,
        );
        if (nodes.kind === "managed") {
            group(NodeGroupKind.tasks, nodes.tasks ?? defaultTaskPool);
        }

        new ClusterAddons(
            `${name}-services`,
            { ...shared, addons: addonsOnNodes },
            { parent: this, dependsOn: [platform] },
        );

        this.karpenter =
            nodes.kind === "karpenter"
                ? new KarpenterRights(
                      `${name}-karpenter`,
                      {
                          namePrefix,
                          account,
                          clusterName,
                          nodeRoleArn: role.arn,
                          permissionsBoundary,
                      },
                      { parent: this },
                  )
                : undefined;

        this.registerOutputs({});
    }
}
