import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { taskLogs } from "../names.ts";

export interface LogVolumeArgs {
    /** A namespace whose pods read or write the logs: Airflow's, or one where tasks run. */
    namespace: pulumi.Input<string>;

    /** Size of the volume, in gibibytes. */
    storageGb: pulumi.Input<number>;

    /**
     * A folder of the node, such as `/var/lib/airflow-task-logs`, by which several namespaces share the logs: a claim
     * cannot be shared between namespaces. For a cluster of one node, where the folder is there and its group 0 can write to
     * it.
     */
    hostPath: pulumi.Input<string>;
}

/**
 * A volume that tasks write their logs to, so that the API server can show them after the tasks' pods are gone. For
 * development: every task can read and overwrite the logs of all others.
 */
export class LogVolume extends pulumi.ComponentResource {
    constructor(name: string, args: LogVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LogVolume", name, {}, opts);

        const accessModes = ["ReadWriteMany"];
        const storage = pulumi.interpolate`${args.storageGb}Gi`;

        const volume = new k8s.core.v1.PersistentVolume(
            `${name}-volume`,
            {
                metadata: { name: pulumi.interpolate`${args.namespace}-${taskLogs.claim}` },
                spec: {
                    storageClassName: "",
                    accessModes,
                    capacity: { storage },
                    // For this claim and no other.
                    claimRef: { namespace: args.namespace, name: taskLogs.claim },
                    hostPath: { path: args.hostPath },
                    // The folder is every namespace's, so none takes it along when it goes.
                    persistentVolumeReclaimPolicy: "Retain",
                },
            },
            { parent: this },
        );

        new k8s.core.v1.PersistentVolumeClaim(
            `${name}-claim`,
            {
                metadata: { name: taskLogs.claim, namespace: args.namespace },
                spec: {
                    accessModes,
                    resources: { requests: { storage } },
                    storageClassName: "",
                    volumeName: volume.metadata.name,
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
