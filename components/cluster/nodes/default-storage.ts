import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** What makes volumes of EBS. AWS dictates the names. */
export const StorageDriver = {
    /** The add-on aws-ebs-csi-driver. */
    addon: "ebs.csi.aws.com",
    /** EKS itself, in Auto Mode. */
    autoMode: "ebs.csi.eks.amazonaws.com",
} as const;
export type StorageDriver = (typeof StorageDriver)[keyof typeof StorageDriver];

export interface DefaultStorageArgs {
    /** What makes the volumes. */
    driver: StorageDriver;
}

/**
 * The class of volumes that a claim gets which names none: gp3, encrypted with the account's key for EBS. EKS brings no
 * default class, and a claim without one waits for ever.
 */
export class DefaultStorage extends pulumi.ComponentResource {
    constructor(name: string, args: DefaultStorageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:DefaultStorage", name, {}, opts);

        new k8s.storage.v1.StorageClass(
            `${name}-class`,
            {
                metadata: {
                    // EKS has had classes of its own called gp2 and gp3.
                    name: "encrypted",
                    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
                },
                provisioner: args.driver,
                parameters: { type: "gp3", encrypted: "true" },
                // A volume is in one zone, so the pod's node comes first.
                volumeBindingMode: "WaitForFirstConsumer",
                allowVolumeExpansion: true,
                reclaimPolicy: "Delete",
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
