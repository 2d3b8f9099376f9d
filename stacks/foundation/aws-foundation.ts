import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount, clusterArn } from "../../components/aws/account.ts";
import { Cluster } from "../../components/cluster/cluster.ts";
import { ExistingCluster } from "../../components/cluster/existing-cluster.ts";
import { type ClusterNetwork } from "../../components/cluster/network/cluster-network.ts";
import { ExistingNetwork } from "../../components/cluster/network/existing-network.ts";
import { Network } from "../../components/cluster/network/network.ts";
import { PermissionsBoundary } from "../../components/identity/roles/permissions-boundary.ts";
import { BindingKind, type RoleBinding } from "../../components/identity/roles/role-binding.ts";
import { proofsOf } from "../entrance/acme-proof.ts";
import { kubernetesProvider } from "./cluster-provider.ts";
import { clusterSettings } from "./cluster-settings.ts";
import { ClusterKind, NetworkKind } from "../config/cluster/cluster-schema.ts";
import type { PlatformConfig } from "../config.ts";
import { peoplesLogin, readerRoles } from "../kubectl-login.ts";
import type { Foundation } from "./foundation.ts";

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
    /** The permissions boundary of the cluster's own roles, and of AWS's services. Undefined where the account's owners gave none. */
    readonly serviceBoundary: string | undefined;
    readonly network: Pick<ClusterNetwork, "vpcId" | "databaseSubnetIds">;
    /** The security group that EKS made for nodes and pods, which a database lets in. */
    readonly clusterSecurityGroupId: pulumi.Output<string>;
    /** More groups that nodes carry. Plain, because each is a rule of the database's. */
    readonly nodeSecurityGroupIds: readonly string[];
    /** How a service account without pods gets a role: whoever may have a token of it takes that to AWS. */
    readonly tokenBinding: RoleBinding;
    /** Undefined where the account has none. */
    readonly oidcProviderArn: pulumi.Output<string | undefined>;
}

type ClusterOf<Kind> = Extract<PlatformConfig["cluster"], { kind: Kind }>;

/** Makes the cluster in AWS, or finds the one that is there. */
export function awsFoundation(config: PlatformConfig): Foundation {
    const { cluster } = config;
    return cluster.kind === ClusterKind.eks ? madeInAws(cluster, config) : foundInAws(cluster, config);
}

function madeInAws(cluster: ClusterOf<"eks">, config: PlatformConfig): Foundation {
    const { tags, allowReplace, login, teams } = config;
    const { account, name: clusterName } = cluster;
    const provider = accountProvider(account, tags);
    const inAws = { providers: [provider] };
    const permissionsBoundary = permissionsBoundaryOf(clusterName, cluster, config, inAws);

    const network =
        cluster.network.kind === NetworkKind.existing
            ? new ExistingNetwork("network", cluster.network, inAws)
            : new Network(
                  "network",
                  {
                      account,
                      clusterName,
                      cidr: cluster.network.cidr,
                      zones: cluster.network.zones,
                      nat: cluster.network.nat,
                      interfaceEndpoints: cluster.network.endpoints,
                      flowLogRetentionDays: cluster.network.flowLogRetentionDays,
                      permissionsBoundary: cluster.serviceBoundaryArn,
                      allowReplace: allowReplace.includes("network"),
                  },
                  inAws,
              );

    const made = new Cluster(
        "cluster",
        {
            account,
            clusterName,
            network,
            version: cluster.version,
            addonVersions: cluster.addonVersions,
            serviceCidr: cluster.serviceCidr,
            publicAccess: cluster.publicAccess,
            privateAccess: cluster.privateAccess?.securityGroupIds,
            admins: cluster.admins,
            viewers: cluster.viewers,
            readers: readerRoles(teams),
            people: peoplesLogin(login),
            callerArn: aws.getCallerIdentityOutput({}, { provider }).arn,
            nodes: cluster.nodes,
            logs: cluster.logs,
            logRetentionDays: cluster.logRetentionDays,
            permissionsBoundary: cluster.serviceBoundaryArn,
            instanceTags: tags,
            allowReplace: allowReplace.includes("cluster"),
        },
        inAws,
    );

    const kubernetes = kubernetesProvider(`${account.id}/${account.region}/${clusterName}`, made.kubeconfig);
    return {
        clusterName,
        kubernetes,
        ...clusterSettings({ cluster, made, network, kubernetes }, config),
        aws: {
            account,
            provider,
            namePrefix: clusterName,
            binding: roleBinding(cluster.identity, account, made.name, made),
            tokenBinding: roleBinding(BindingKind.irsa, account, made.name, made),
            permissionsBoundary,
            serviceBoundary: cluster.serviceBoundaryArn,
            network,
            clusterSecurityGroupId: made.clusterSecurityGroupId,
            nodeSecurityGroupIds: [],
            oidcProviderArn: made.oidcProviderArn,
        },
    };
}

function foundInAws({ name, reach, aws: inAws }: ClusterOf<"existing">, config: PlatformConfig): Foundation {
    if (inAws === undefined) {
        throw new Error("cluster.aws is missing, and the cluster was taken to be in AWS");
    }
    const { account, name: clusterName } = inAws;
    const provider = accountProvider(account, config.tags);
    const opts = { providers: [provider] };
    const provesByToken = config.entrance?.acme !== undefined && inAws.identity !== BindingKind.irsa;

    const found = new ExistingCluster(
        "cluster",
        {
            clusterName,
            region: account.region,
            bindings: [inAws.identity, ...(provesByToken ? [BindingKind.irsa] : [])],
            networkPolicyEnforcedBy: inAws.networkPolicyEnforcedBy,
        },
        opts,
    );

    return {
        clusterName: name,
        kubernetes: reach
            ? kubernetesProvider(name, reach.kubeconfig, reach.context)
            : kubernetesProvider(`${account.id}/${account.region}/${clusterName}`, found.kubeconfig),
        settings: [],
        aws: {
            account,
            provider,
            namePrefix: clusterName,
            binding: roleBinding(inAws.identity, account, found.name, found),
            tokenBinding: roleBinding(BindingKind.irsa, account, found.name, found),
            permissionsBoundary: permissionsBoundaryOf(clusterName, inAws, config, opts),
            serviceBoundary: inAws.serviceBoundaryArn,
            network: {
                vpcId: pulumi.output(inAws.vpcId ?? ""),
                databaseSubnetIds: pulumi.output(inAws.databaseSubnetIds),
            },
            clusterSecurityGroupId: found.clusterSecurityGroupId,
            nodeSecurityGroupIds: inAws.nodeSecurityGroupIds,
            oidcProviderArn: found.oidcProviderArn,
        },
    };
}

/** The provider of all the stack's resources in AWS. Credentials of another account fail before anything is made. */
function accountProvider({ id, region }: AwsAccount, tags: Record<string, string>): aws.Provider {
    return new aws.Provider("aws", {
        region: region as aws.Region,
        allowedAccountIds: [id],
        defaultTags: { tags: { "airflow-linkerd/stack": pulumi.getStack(), ...tags } },
    });
}

/** The boundary that the account's owners made, which the stack may not change, or one of the stack's own. */
function permissionsBoundaryOf(
    clusterName: string,
    {
        account,
        permissionsBoundaryArn,
        stateBucketArns,
    }: { account: AwsAccount; permissionsBoundaryArn?: string; stateBucketArns: string[] },
    { entrance }: PlatformConfig,
    opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> {
    if (permissionsBoundaryArn !== undefined) {
        return pulumi.output(permissionsBoundaryArn);
    }
    const further = proofsOf(entrance, account);
    return new PermissionsBoundary("boundary", { stateBucketArns, further, namePrefix: clusterName }, opts).policyArn;
}

/** How the cluster's service accounts get their roles. */
function roleBinding(
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
