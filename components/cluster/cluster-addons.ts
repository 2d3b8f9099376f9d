import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AddonName, addonVersion } from "./versions.ts";

/** What nodes need to join: they run on the host's network, and are there before there is a node. */
export const addonsBeforeNodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const satisfies AddonName[];

/** What runs as ordinary pods, so that EKS calls it degraded until there are nodes. */
export const addonsOnNodes = ["coredns", "aws-ebs-csi-driver"] as const satisfies AddonName[];

/** Accounts of add-ons that AWS's API is called by, as the add-ons dictate. */
export const addonAccounts = {
    vpcCni: { addon: "vpc-cni", namespace: "kube-system", name: "aws-node" },
    ebsCsi: { addon: "aws-ebs-csi-driver", namespace: "kube-system", name: "ebs-csi-controller-sa" },
} as const;

/**
 * ARNs of roles for the add-ons, each with a trust policy for EKS Pod Identity and its account in `addonAccounts`, and
 * with AWS's policy for it (`AmazonEKS_CNI_Policy`, `AmazonEBSCSIDriverPolicy`). Associating a role with its account is
 * the add-on's part, because the association has to be there before the add-on's first pod, and that before any node.
 */
export interface AddonRoles {
    readonly vpcCni: pulumi.Input<string>;
    readonly ebsCsi: pulumi.Input<string>;
}

/** What is set otherwise than EKS does, by add-on. Each has a schema: `aws eks describe-addon-configuration`. */
const settings: Partial<Record<AddonName, object>> = {
    // Text, as its schema wants it. NetworkPolicy would otherwise be taken and not enforced.
    "vpc-cni": { enableNetworkPolicy: "true" },
};

export interface ClusterAddonsArgs {
    clusterName: pulumi.Input<string>;

    /** Which add-ons. Plain, because each is a resource. */
    addons: readonly AddonName[];

    /** The version of Kubernetes that the add-ons go with. */
    version: string;

    roles: AddonRoles;
}

/** EKS's own add-ons, pinned, with their settings and identities. What the stack says wins over what was changed by hand. */
export class ClusterAddons extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterAddonsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ClusterAddons", name, {}, opts);

        for (const addonName of args.addons) {
            const setting = settings[addonName];
            const accounts = (Object.keys(addonAccounts) as (keyof AddonRoles)[]).filter(
                (key) => addonAccounts[key].addon === addonName,
            );
            new aws.eks.Addon(
                `${name}-${addonName}`,
                {
                    clusterName: args.clusterName,
                    addonName,
                    addonVersion: addonVersion(args.version, addonName),
                    configurationValues: setting && JSON.stringify(setting),
                    podIdentityAssociations: accounts.map((key) => ({
                        serviceAccount: addonAccounts[key].name,
                        roleArn: args.roles[key],
                    })),
                    resolveConflictsOnCreate: "OVERWRITE",
                    resolveConflictsOnUpdate: "OVERWRITE",
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}
