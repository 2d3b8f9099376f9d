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
 * What EKS does by itself in Auto Mode needs more of its role:
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html
 */
const autoModePolicies = [
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
];

export interface ControlPlaneArgs {
    account: pulumi.Input<AwsAccount>;

    /** Plain, so that it is known in previews. */
    clusterName: string;

    /** A version of Kubernetes, such as `1.36`. */
    version: string;

    subnetIds: pulumi.Input<pulumi.Input<string>[]>;

    /** Given, EKS runs nodes, storage and load balancers by itself, on instances with this role. */
    autoModeNodeRoleArn?: pulumi.Input<string>;

    /** Who may reach the API server from outside the VPC. Defaults to nobody. */
    publicAccess?: PublicAccess;

    /** The range of Services, which no network that pods talk to may have. Defaults to what EKS chooses. */
    serviceCidr?: string;

    /** Logs besides `audit` and `authenticator`. */
    logs: readonly OptionalLog[];

    /** How many days they are kept. */
    logRetentionDays: number;

    permissionsBoundary?: pulumi.Input<string>;

    allowReplace: boolean;
}

/** An EKS cluster without nodes, whose Secrets and logs are each under a key of its own. */
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

        // EKS would make it itself otherwise, to keep for ever what anybody may read.
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
                // Ours are pinned, and come as add-ons.
                bootstrapSelfManagedAddons: false,
                encryptionConfig: { provider: { keyArn: secretsKey.keyArn }, resources: ["secrets"] },
                vpcConfig: {
                    subnetIds: args.subnetIds,
                    endpointPrivateAccess: true,
                    endpointPublicAccess: args.publicAccess !== undefined,
                    publicAccessCidrs: args.publicAccess && [...args.publicAccess.cidrs],
                },
                // The three go together, also when they are off, or Auto Mode could not be turned off again.
                computeConfig: autoMode
                    ? { enabled: true, nodePools: ["general-purpose", "system"], nodeRoleArn: args.autoModeNodeRoleArn }
                    : { enabled: false },
                storageConfig: { blockStorage: { enabled: autoMode } },
                kubernetesNetworkConfig: {
                    serviceIpv4Cidr: args.serviceCidr,
                    elasticLoadBalancing: { enabled: autoMode },
                },
                enabledClusterLogTypes: ["audit", "authenticator", ...args.logs],
                // A version goes up when the stack says so, not when AWS's standard support of it ends.
                upgradePolicy: { supportType: "EXTENDED" },
                deletionProtection: !allowReplace,
            },
            { parent: this, protect: !allowReplace, dependsOn: [logs] },
        );

        const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
        const oidc = new aws.iam.OpenIdConnectProvider(
            `${name}-oidc`,
            // No thumbprint: AWS trusts EKS's issuer by its certificate authorities.
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
