import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface PrivateAccessArgs {
    /** The security group that EKS made, which the API server's network interfaces carry. It lets in itself alone. */
    readonly clusterSecurityGroupId: pulumi.Input<string>;

    /** The groups to let in. Plain, because each is a resource. */
    readonly securityGroupIds: readonly string[];
}

/** Lets what carries these security groups reach the API server inside the VPC, such as the runner that deploys. */
export function privateAccess(
    name: string,
    { clusterSecurityGroupId, securityGroupIds }: PrivateAccessArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    return securityGroupIds.map(
        (id) =>
            new aws.vpc.SecurityGroupIngressRule(
                `${name}-${id}`,
                {
                    securityGroupId: clusterSecurityGroupId,
                    description: `The API server, from ${id}`,
                    referencedSecurityGroupId: id,
                    ipProtocol: "tcp",
                    fromPort: 443,
                    toPort: 443,
                },
                opts,
            ),
    );
}
