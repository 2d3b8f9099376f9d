import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type TaskPlacement } from "../components/airflow/tasks/pod-template.ts";
import { AutoModeSettings } from "../components/cluster/nodes/auto-mode-settings.ts";
import { Cluster } from "../components/cluster/cluster.ts";
import { ExistingCluster } from "../components/cluster/existing-cluster.ts";
import { ExistingNetwork } from "../components/cluster/network/existing-network.ts";
import { Network } from "../components/cluster/network/network.ts";
import { onTaskNodes } from "../components/cluster/nodes/task-nodes.ts";
import { accountProvider, type AwsFoundation, permissionsBoundaryOf, roleBinding } from "./aws-foundation.ts";
import { ClusterKind, NetworkKind, NodesKind } from "./config/cluster-schema.ts";
import { type PlatformConfig } from "./config.ts";

/** What the platform stands on: a cluster, and what is around it where that is AWS. */
export interface Foundation {
    readonly clusterName: string;
    readonly kubernetes: k8s.Provider;
    /** What must be in the cluster before anything else is. */
    readonly settings: readonly pulumi.Resource[];
    /** The nodes that are for tasks alone. Undefined where the stack made none. */
    readonly taskPlacement?: TaskPlacement;
    readonly aws?: AwsFoundation;
}

type ClusterOf<Kind> = Extract<PlatformConfig["cluster"], { kind: Kind }>;

/** Makes the cluster, or finds the one that is there. */
export function layFoundation(config: PlatformConfig): Foundation {
    const { cluster } = config;
    return cluster.kind === ClusterKind.eks ? madeInAws(cluster, config) : alreadyThere(cluster, config);
}

function madeInAws(cluster: ClusterOf<"eks">, { tags, allowReplace }: PlatformConfig): Foundation {
    const { account, name: clusterName } = cluster;
    const provider = accountProvider(account, tags);
    const inAws = { providers: [provider] };
    const permissionsBoundary = permissionsBoundaryOf(clusterName, cluster, inAws);

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
                      permissionsBoundary: cluster.permissionsBoundaryArn,
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
            serviceCidr: cluster.serviceCidr,
            publicAccess: cluster.publicAccess,
            admins: cluster.admins,
            viewers: cluster.viewers,
            callerArn: aws.getCallerIdentityOutput({}, { provider }).arn,
            nodes: cluster.nodes,
            logs: cluster.logs,
            logRetentionDays: cluster.logRetentionDays,
            permissionsBoundary: cluster.permissionsBoundaryArn,
            instanceTags: tags,
            allowReplace: allowReplace.includes("cluster"),
        },
        inAws,
    );

    const kubernetes = kubernetesProvider(`${account.id}/${account.region}/${clusterName}`, made.kubeconfig);
    const settings =
        cluster.nodes.kind === NodesKind.auto
            ? [
                  new AutoModeSettings(
                      "cluster-settings",
                      { maximumTaskCores: cluster.nodes.maximumTaskCores },
                      { providers: [kubernetes] },
                  ),
              ]
            : [];

    return {
        clusterName,
        kubernetes,
        settings,
        taskPlacement: onTaskNodes,
        aws: {
            account,
            provider,
            namePrefix: clusterName,
            binding: roleBinding(cluster.identity, account, made.name, made),
            permissionsBoundary,
            serviceBoundary: cluster.permissionsBoundaryArn,
            network,
            clusterSecurityGroupId: made.clusterSecurityGroupId,
            oidcProviderArn: made.oidcProviderArn,
        },
    };
}

function alreadyThere({ name, reach, aws: inAws }: ClusterOf<"existing">, { tags }: PlatformConfig): Foundation {
    if (inAws === undefined) {
        const kubernetes = kubernetesProvider(name, reach?.kubeconfig, reach?.context);
        return { clusterName: name, kubernetes, settings: [] };
    }
    const { account, name: clusterName } = inAws;
    const provider = accountProvider(account, tags);
    const opts = { providers: [provider] };

    const found = new ExistingCluster(
        "cluster",
        {
            clusterName,
            region: account.region,
            bindings: [inAws.identity],
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
            permissionsBoundary: permissionsBoundaryOf(clusterName, inAws, opts),
            serviceBoundary: inAws.permissionsBoundaryArn,
            network: {
                vpcId: pulumi.output(inAws.vpcId ?? ""),
                databaseSubnetIds: pulumi.output(inAws.databaseSubnetIds),
            },
            clusterSecurityGroupId: found.clusterSecurityGroupId,
            oidcProviderArn: found.oidcProviderArn,
        },
    };
}

/** The identifier is known before anything runs: else a kubeconfig that changes would be taken for another cluster. */
function kubernetesProvider(
    clusterIdentifier: string,
    kubeconfig: pulumi.Input<string> | undefined,
    context?: string,
): k8s.Provider {
    return new k8s.Provider("cluster", {
        kubeconfig,
        context,
        clusterIdentifier,
        // A rotated key is written into its Secret; replacing the Secret would for a moment leave none.
        enableSecretMutable: true,
        enableConfigMapMutable: true,
    });
}
