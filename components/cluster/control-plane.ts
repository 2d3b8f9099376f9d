import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../accepted-findings.ts";
import { type AwsAccount } from "../aws/account.ts";
import { EncryptionKey } from "../aws/encryption-key.ts";
import { EncryptedLogGroup } from "../aws/encrypted-log-group.ts";
import type { OptionalLog } from "./optional-log.ts";
import { type PublicAccess } from "./public-access.ts";
import { ServiceRole } from "../aws/service-role.ts";

/**
 * More policies that the cluster's role needs in Auto Mode:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html
 */
const autoModePolicies = [
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
];

export interface ControlPlaneArgs {
    account: AwsAccount;

    /** Plain, because it decides what the resources are called. */
    clusterName: string;

    /** A version of Kubernetes, such as `1.36`. */
    version: string;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** Turns on Auto Mode: the role of its instances. Defaults to none, for managed nodes. */
    autoModeNodeRoleArn?: pulumi.Input<string>;

    /** Who may reach the API server from outside the VPC. Defaults to nobody. */
    publicAccess?: PublicAccess;

    /** The address range of Services. It must not overlap a network that pods connect to. Defaults to EKS's choice. */
    serviceCidr?: string;

    /** Logs besides `audit` and `authenticator`. */
    logs: readonly OptionalLog[];

    /** Days that the logs are kept. */
    logRetentionDays: number;

    permissionsBoundary?: pulumi.Input<string>;

    allowReplace: boolean;
}

/** An EKS cluster without nodes. Its Secrets and its logs are encrypted, each with their own key. */
export class ControlPlane extends pulumi.ComponentResource {
    public readonly name: pulumi.Output<string>;
    public readonly version: pulumi.Output<string>;
    public readonly endpoint: pulumi.Output<string>;
    public readonly certificateAuthority: pulumi.Output<string>;
    public readonly oidcProviderArn: pulumi.Output<string>;
    /** Without `https://`, as trust policies name it. */
    public readonly oidcIssuer: pulumi.Output<string>;
    public readonly clusterSecurityGroupId: pulumi.Output<string>;

    constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ControlPlane", name, {}, opts);

        const { account, clusterName, allowReplace, permissionsBoundary } = args;
        const autoMode = args.autoModeNodeRoleArn !== undefined;

        const secretsKey = new EncryptionKey(
            `${name}-secrets`,
            {
                account,
                description: `Secrets of the cluster ${clusterName}`,
                alias: `${clusterName}/secrets`,
                allowReplace,
            },
            { parent: this },
        );

        // EKS would otherwise create a log group that never expires and has no key of its own.
        const logs = new EncryptedLogGroup(
            `${name}-logs`,
            {
                account,
                logGroupName: `/aws/eks/${clusterName}/cluster`,
                keyAlias: `${clusterName}/control-plane-logs`,
                retentionDays: args.logRetentionDays,
                allowReplace,
            },
            { parent: this },
        );

        const role = new ServiceRole(
            `${name}-service`,
            {
                namePrefix: clusterName,
                purpose: "control-plane",
                service: "eks.amazonaws.com",
                account,
                moreTrustActions: autoMode ? ["sts:TagSession"] : [],
                managedPolicies: ["AmazonEKSClusterPolicy", ...(autoMode ? autoModePolicies : [])],
                permissionsBoundary,
            },
            { parent: this },
        );

        const cluster = new aws.eks.Cluster(
            `${name}-cluster`,
            {
                name: clusterName,
                version: args.version,
                roleArn: role.arn,
                accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
                // The add-ons are ours, with pinned versions.
                bootstrapSelfManagedAddons: false,
                encryptionConfig: { provider: { keyArn: secretsKey.keyArn }, resources: ["secrets"] },
                vpcConfig: {
                    subnetIds: args.subnetIds,
                    endpointPrivateAccess: true,
                    endpointPublicAccess: args.publicAccess !== undefined,
                    publicAccessCidrs: args.publicAccess && [...args.publicAccess.cidrs],
                },
                // EKS requires these three to be on or off together. They are set even when off, so that Auto Mode can
                // be turned off.
                computeConfig: autoMode
                    ? { enabled: true, nodePools: ["general-purpose", "system"], nodeRoleArn: args.autoModeNodeRoleArn }
                    : { enabled: false },
                storageConfig: { blockStorage: { enabled: autoMode } },
                kubernetesNetworkConfig: {
                    serviceIpv4Cidr: args.serviceCidr,
                    elasticLoadBalancing: { enabled: autoMode },
                },
                enabledClusterLogTypes: ["audit", "authenticator", ...args.logs],
                // The stack decides when to upgrade. With standard support EKS would upgrade the cluster by itself when
                // that ends.
                upgradePolicy: { supportType: "EXTENDED" },
                deletionProtection: !allowReplace,
            },
            { parent: this, protect: !allowReplace, dependsOn: [logs] },
        );

        const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
        const oidc = new aws.iam.OpenIdConnectProvider(
            `${name}-oidc`,
            // No thumbprint: IAM verifies EKS's issuer with its own list of certificate authorities.
            { url: issuer, clientIdLists: ["sts.amazonaws.com"] },
            { parent: this },
        );

        this.name = cluster.name;
        this.version = cluster.version;
        this.endpoint = cluster.endpoint;
        this.certificateAuthority = cluster.certificateAuthority.apply(({ data }) => data ?? "");
        this.oidcProviderArn = oidc.arn;
        this.oidcIssuer = issuer.apply((url) => url.replace(/^https:\/\//, ""));
        this.clusterSecurityGroupId = cluster.vpcConfig.apply((vpc) => vpc.clusterSecurityGroupId);

        this.registerOutputs({
            name: this.name,
            version: this.version,
            endpoint: this.endpoint,
            certificateAuthority: this.certificateAuthority,
            oidcProviderArn: this.oidcProviderArn,
            oidcIssuer: this.oidcIssuer,
            clusterSecurityGroupId: this.clusterSecurityGroupId,
        });
    }
}

export const acceptedFindings: AcceptedFindings = {
    cluster: {
        CKV_AWS_37:
            "Who did what, and who they were, is always logged. The rest costs by the gigabyte, and is the stack's choice",
        CKV_AWS_39:
            "Closed unless the stack names the ranges that may come, as the example does. Anybody needs a reason",
        CKV_AWS_339: "The scanner's list of versions ends before this one, which EKS has",
    },
};
