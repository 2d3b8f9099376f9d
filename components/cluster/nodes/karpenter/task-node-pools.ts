import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { problemLines } from "../../../problem.ts";
import { nodePoolSpec, type TaskPool, taskPoolProblems } from "./task-pool.ts";

/** The name of the one class of nodes, and the beginning of the names of pools. */
const prefix = "airflow-tasks";

export interface TaskNodePoolsArgs {
    /** The first takes every task that asks for none. Plain, because each is a resource. */
    pools: readonly TaskPool[];

    /** Size of each node's disk, in gibibytes. */
    diskGb: number;

    instanceProfile: pulumi.Input<string>;

    subnetIds: pulumi.Input<readonly string[]>;

    /** The group that nodes and the API server share. */
    clusterSecurityGroupId: pulumi.Input<string>;

    /** Tags of instances and their disks, which do not get the provider's default tags. */
    tags: Record<string, string>;
}

/**
 * The pools that Karpenter fills with nodes for tasks. Deleting one ends its nodes, so Karpenter must be there before and
 * after. Its nodes keep the instance's credentials from pods and their disks encrypted, as those of a node group do.
 */
export class TaskNodePools extends pulumi.ComponentResource {
    constructor(name: string, args: TaskNodePoolsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TaskNodePools", name, {}, opts);

        const problems = taskPoolProblems(args.pools);
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const nodeClass = new k8s.apiextensions.CustomResource(
            `${name}-class`,
            {
                apiVersion: "karpenter.k8s.aws/v1",
                kind: "EC2NodeClass",
                metadata: { name: prefix },
                spec: {
                    // The newest of Amazon Linux 2023 for the cluster's version: nodes follow as tasks on them end.
                    amiSelectorTerms: [{ alias: "al2023@latest" }],
                    instanceProfile: args.instanceProfile,
                    subnetSelectorTerms: pulumi.output(args.subnetIds).apply((ids) => ids.map((id) => ({ id }))),
                    securityGroupSelectorTerms: [{ id: args.clusterSecurityGroupId }],
                    metadataOptions: {
                        httpEndpoint: "enabled",
                        httpProtocolIPv6: "disabled",
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
                                volumeSize: `${args.diskGb}Gi`,
                                encrypted: true,
                                deleteOnTermination: true,
                            },
                        },
                    ],
                    tags: args.tags,
                },
            },
            // It goes once the last machine of its pools has ended: nothing else of a destroy waits for them.
            { parent: this, customTimeouts: { delete: "30m" } },
        );

        args.pools.forEach((pool, index) => {
            new k8s.apiextensions.CustomResource(
                `${name}-${pool.name}`,
                {
                    apiVersion: "karpenter.sh/v1",
                    kind: "NodePool",
                    metadata: { name: `${prefix}-${pool.name}` },
                    spec: nodePoolSpec(pool, { isFirst: index === 0, nodeClass: prefix }),
                },
                { parent: this, dependsOn: [nodeClass] },
            );
        });

        this.registerOutputs({});
    }
}
