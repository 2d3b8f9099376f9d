import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount, clusterArn } from "../../aws/account.ts";
import { actsForOneAccount, podIdentityService } from "../../aws/pod-identity.ts";
import { ServiceRole } from "../../aws/service-role.ts";
import { type AddonName, type AddonVersions, addonVersion } from "./versions.ts";

/** Add-ons that nodes need to join. They use the host's network, and are created before the nodes. */
export const addonsBeforeNodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const satisfies AddonName[];

/** Add-ons that run as ordinary pods. Without nodes their creation would fail as degraded. */
export const addonsOnNodes = [
    "coredns",
    "aws-ebs-csi-driver",
    // For `kubectl top` and autoscalers of pods.
    "metrics-server",
    // Tells the repair of nodes what is wrong with one. Without it only nodes that no longer report are replaced.
    "eks-node-monitoring-agent",
] as const satisfies AddonName[];

/** Add-ons that call AWS's API: the service account, whose name the add-on dictates, and the AWS managed policy. */
const identities: Partial<Record<AddonName, AddonIdentity>> = {
    "vpc-cni": { suffix: "cni", account: "aws-node", policy: "AmazonEKS_CNI_Policy" },
    "aws-ebs-csi-driver": {
        suffix: "ebs",
        account: "ebs-csi-controller-sa",
        policy: "service-role/AmazonEBSCSIDriverPolicy",
    },
};

interface AddonIdentity {
    /** The suffix of the role's resource name. */
    readonly suffix: string;
    readonly account: string;
    /** With its path, which is part of the policy's ARN. */
    readonly policy: string;
}

/**
 * Configuration that differs from EKS's defaults, by add-on. For the schema: `aws eks describe-addon-configuration`.
 */
const settings: Partial<Record<AddonName, object>> = {
    // Text, as its schema requires. By default the API server accepts NetworkPolicy and nothing enforces it.
    "vpc-cni": { enableNetworkPolicy: "true" },
};

export interface ClusterAddonsArgs {
    /** The prefix of role names. Plain, because it decides what they are called. */
    namePrefix: string;

    account: AwsAccount;

    /** The cluster's name. Resolves only once the cluster is there. */
    clusterName: pulumi.Input<string>;

    /** The add-ons. Plain, because each is a resource. */
    addons: readonly AddonName[];

    /** The Kubernetes version, which decides the versions of the add-ons. Plain, because it is looked up in a table. */
    version: string;

    /** Versions of add-ons in the place of those in the table. Plain, as they are checked. Defaults to none. */
    addonVersions?: AddonVersions;

    permissionsBoundary?: pulumi.Input<string>;
}

/**
 * EKS add-ons with pinned versions, their configuration, and a role for each that needs one. The add-on itself
 * associates the role with its service account, so the association exists before the add-on's first pod. The stack
 * overwrites what was changed by hand.
 */
export class ClusterAddons extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterAddonsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ClusterAddons", name, {}, opts);

        for (const addonName of args.addons) {
            const setting = settings[addonName];
            const identity = identities[addonName];
            const role =
                identity && addonRole(`${name}-${identity.suffix}`, addonName, args, identity, { parent: this });
            new aws.eks.Addon(
                `${name}-${addonName}`,
                {
                    clusterName: args.clusterName,
                    addonName,
                    addonVersion: args.addonVersions?.[addonName] ?? addonVersion(args.version, addonName),
                    configurationValues: setting && JSON.stringify(setting),
                    podIdentityAssociations: role ? [{ serviceAccount: identity.account, roleArn: role.arn }] : [],
                    resolveConflictsOnCreate: "OVERWRITE",
                    resolveConflictsOnUpdate: "OVERWRITE",
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}

function addonRole(
    name: string,
    addonName: AddonName,
    { namePrefix, account, clusterName, permissionsBoundary }: ClusterAddonsArgs,
    identity: AddonIdentity,
    opts: pulumi.ComponentResourceOptions,
): ServiceRole {
    return new ServiceRole(
        name,
        {
            namePrefix,
            purpose: addonName,
            account,
            service: podIdentityService,
            moreTrustActions: ["sts:TagSession"],
            trustConditions: pulumi.output(clusterName).apply((cluster) =>
                actsForOneAccount(clusterArn(account, cluster), {
                    namespace: "kube-system",
                    name: identity.account,
                }),
            ),
            managedPolicies: [identity.policy],
            permissionsBoundary,
        },
        opts,
    );
}
