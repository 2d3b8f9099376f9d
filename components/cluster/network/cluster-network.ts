import type * as pulumi from "@pulumi/pulumi";

/** What a cluster and a database need from a network, ours or an existing one. */
export interface ClusterNetwork {
    readonly vpcId: pulumi.Output<string>;
    /** The VPC's own range. */
    readonly cidr: pulumi.Output<string>;
    /** One in each zone. Resolves only once the routes that nodes need are there. */
    readonly nodeSubnetIds: pulumi.Output<string[]>;
    /** The address ranges of nodes and pods. */
    readonly nodeCidrs: pulumi.Output<string[]>;
    /** One in each zone. */
    readonly databaseSubnetIds: pulumi.Output<string[]>;
    /** One in each zone, or none if load balancers are somebody else's. */
    readonly publicSubnetIds: pulumi.Output<string[]>;
}

/**
 * Tags by which load balancer controllers find subnets:
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export const loadBalancerTags = {
    internal: "kubernetes.io/role/internal-elb",
    public: "kubernetes.io/role/elb",
} as const;
