import type * as pulumi from "@pulumi/pulumi";

/** What a cluster and a database need of a network, whoever made it. */
export interface ClusterNetwork {
    readonly vpcId: pulumi.Output<string>;
    /** The VPC's own range. */
    readonly cidr: pulumi.Output<string>;
    /** One in each zone. Whoever takes them comes after the routes that nodes need. */
    readonly nodeSubnetIds: pulumi.Output<string[]>;
    /** The ranges that nodes and pods have addresses from: who may reach the database. */
    readonly nodeCidrs: pulumi.Output<string[]>;
    /** One in each zone. */
    readonly databaseSubnetIds: pulumi.Output<string[]>;
    /** One in each zone, or none where somebody else decides how people come in. */
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
