import type * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { ServiceRole } from "../../aws/service-role.ts";

/** The role of the instances of a cluster in Auto Mode. */
export function autoModeRole(
    name: string,
    {
        clusterName,
        account,
        permissionsBoundary,
    }: { clusterName: string; account: AwsAccount; permissionsBoundary?: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
): ServiceRole {
    return new ServiceRole(
        name,
        {
            namePrefix: clusterName,
            // Different from the role of managed nodes: while one kind replaces the other, both roles exist.
            purpose: "auto-mode-nodes",
            service: "ec2.amazonaws.com",
            account,
            managedPolicies: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
            permissionsBoundary,
        },
        opts,
    );
}
