import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { taskLogs } from "../names.ts";

export interface LogVolumeArgs {
    /** The namespace of Airflow's components and of its tasks. */
    namespace: pulumi.Input<string>;

    /** Size of the volume, in gibibytes. */
    storageGb: pulumi.Input<number>;
}

/**
 * A volume that tasks write their logs to, so that the API server can show them after the tasks' pods are gone. For
 * development: every task can read and overwrite the logs of all others, and the cluster's default storage class must
 * support `ReadWriteMany`.
 */
export class LogVolume extends pulumi.ComponentResource {
    constructor(name: string, args: LogVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:LogVolume", name, {}, opts);

        new k8s.core.v1.PersistentVolumeClaim(
            `${name}-claim`,
            {
                metadata: { name: taskLogs.claim, namespace: args.namespace },
                spec: {
                    accessModes: ["ReadWriteMany"],
                    resources: { requests: { storage: pulumi.interpolate`${args.storageGb}Gi` } },
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}
