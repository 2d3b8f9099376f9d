import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { actsForOneAccount, podIdentityService } from "../../aws/pod-identity.ts";
import { ServiceRole } from "../../aws/service-role.ts";
import { type AddonName, addonVersion } from "./versions.ts";

/** What nodes need to join: they run on the host's network, and are there before there is a node. */
export const addonsBeforeNodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const satisfies AddonName[];

/** What runs as ordinary pods, so that EKS calls it degraded until there are nodes. */
export const addonsOnNodes = ["coredns", "aws-ebs-csi-driver"] as const satisfies AddonName[];

/** Add-ons that call AWS's API: by which account, as they dictate, and with which of AWS's policies. */
const identities: Partial<Record<AddonName, AddonIdentity>> = {
    "vpc-cni": { suffix: "cni", account: "aws-node", policy: "AmazonEKS_CNI_Policy" },
    "aws-ebs-csi-driver": { suffix: "ebs", account: "ebs-csi-controller-sa", policy: "AmazonEBSCSIDriverPolicy" },
};

interface AddonIdentity {
    /** Of the role among the component's children. */
    readonly suffix: string;
    readonly account: string;
    readonly policy: string;
}

/** What is set otherwise than EKS does, by add-on. Each has a schema: `aws eks describe-addon-configuration`. */
const settings: Partial<Record<AddonName, object>> = {
    // Text, as its schema wants it. NetworkPolicy would otherwise be taken and not enforced.
    "vpc-cni": { enableNetworkPolicy: "true" },
};

export interface ClusterAddonsArgs {
    /** Begins the names of roles. Plain, because it decides what they are called. */
    namePrefix: string;

    account: pulumi.Input<AwsAccount>;

    region: string;

    /** The cluster, once it is there. */
    clusterName: pulumi.Input<string>;

    /** Which add-ons. Plain, because each is a resource. */
    addons: readonly AddonName[];

    /** The version of Kubernetes that the add-ons go with. */
    version: string;

    permissionsBoundary?: pulumi.Input<string>;
}

/**
 * EKS's own add-ons, pinned, with their settings, and with a role of its own for each that needs one. The add-on
 * associates the role with its account, so that the association is there before the add-on's first pod. What the stack
 * says wins over what was changed by hand.
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
                    addonVersion: addonVersion(args.version, addonName),
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
    { namePrefix, account, region, clusterName, permissionsBoundary }: ClusterAddonsArgs,
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
            trustConditions: pulumi.all([account, clusterName]).apply(([{ id, partition }, cluster]) =>
                actsForOneAccount(`arn:${partition}:eks:${region}:${id}:cluster/${cluster}`, {
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
