import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount, clusterArn } from "../components/aws/account.ts";
import { type ClusterNetwork } from "../components/cluster/network/cluster-network.ts";
import { type Cluster } from "../components/cluster/cluster.ts";
import { PermissionsBoundary } from "../components/identity/permissions-boundary.ts";
import { BindingKind, type RoleBinding } from "../components/identity/role-binding.ts";

/** What the platform's parts in AWS share. */
export interface AwsFoundation {
    readonly account: AwsAccount;
    /** Passed to every component in AWS, so that nothing is made in another account or region. */
    readonly provider: aws.Provider;
    /** Begins the name of every resource whose name is not generated. */
    readonly namePrefix: string;
    /** How service accounts get their roles. */
    readonly binding: RoleBinding;
    /** The permissions boundary of every workload's role. */
    readonly permissionsBoundary: pulumi.Output<string>;
    /** The permissions boundary of roles for AWS's own services. Undefined where the account's owners gave none. */
    readonly serviceBoundary: string | undefined;
    readonly network: Pick<ClusterNetwork, "vpcId" | "databaseSubnetIds">;
    /** The security group of nodes and pods, which a database lets in. */
    readonly clusterSecurityGroupId: pulumi.Output<string>;
    /** Undefined where the account has none. */
    readonly oidcProviderArn: pulumi.Output<string | undefined>;
}

/** What all the stack's resources in AWS are made by: with credentials of another account it fails, before one is made. */
export function accountProvider({ id, region }: AwsAccount, tags: Record<string, string>): aws.Provider {
    return new aws.Provider("aws", {
        region: region as aws.Region,
        allowedAccountIds: [id],
        defaultTags: { tags: { "airflow-linkerd/stack": pulumi.getStack(), ...tags } },
    });
}

/** The one that the account's owners made for this, which the stack may not change, or one of the stack's own. */
export function permissionsBoundaryOf(
    clusterName: string,
    { permissionsBoundaryArn, stateBucketArns }: { permissionsBoundaryArn?: string; stateBucketArns: string[] },
    opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> {
    return permissionsBoundaryArn === undefined
        ? new PermissionsBoundary("boundary", { stateBucketArns, namePrefix: clusterName }, opts).policyArn
        : pulumi.output(permissionsBoundaryArn);
}

/** How service accounts of the cluster come by their roles. */
export function roleBinding(
    kind: RoleBinding["kind"],
    account: AwsAccount,
    clusterName: pulumi.Output<string>,
    {
        oidcProviderArn,
        oidcIssuer,
    }: Pick<Cluster, "oidcIssuer"> & {
        oidcProviderArn: pulumi.Output<string | undefined>;
    },
): RoleBinding {
    return kind === BindingKind.irsa
        ? { kind, oidcProviderArn: oidcProviderArn.apply((arn) => arn ?? ""), oidcIssuer }
        : { kind, clusterName, clusterArn: clusterName.apply((name) => clusterArn(account, name)) };
}
