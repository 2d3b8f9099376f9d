import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import {
    commandLabels,
    commandPod,
    type DatabaseCommandArgs,
    fromSecret,
    replaceUnready,
} from "../jobs/command-pod.ts";
import { type FernetGenerations, fernetOrder } from "./key-generations.ts";
import { secrets } from "../names.ts";
import { settingsSuffix } from "../settings/common-settings.ts";

export interface FernetRotationArgs extends DatabaseCommandArgs {
    /** The generations of keys. Plain, because it decides whether there is a Job. */
    fernet: FernetGenerations;
}

/**
 * Encrypts everything in the metadata database again, with the generation that encrypts, by a Job for each change of
 * the keys. Every component must have the keys before: one without the new key could not read what the Job writes. With
 * a single generation there is no Job.
 */
export class FernetRotation extends pulumi.ComponentResource {
    constructor(name: string, args: FernetRotationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:FernetRotation", name, {}, opts);

        if (args.fernet.generations.length > 1) {
            const account = new k8s.core.v1.ServiceAccount(
                `${name}-account`,
                {
                    metadata: { name: "airflow-rotate-fernet-key", namespace: args.namespace },
                    automountServiceAccountToken: false,
                },
                { parent: this },
            );

            new k8s.batch.v1.Job(
                `${name}-job`,
                {
                    metadata: {
                        name: `airflow-rotate-fernet-key-${fernetOrder(args.fernet).join("-")}${settingsSuffix(args.settings ?? {})}`,
                        namespace: args.namespace,
                        labels: commandLabels("rotate-fernet-key"),
                        annotations: replaceUnready,
                    },
                    spec: {
                        // It is one transaction, so a failed attempt changes nothing.
                        backoffLimit: 4,
                        template: commandPod({
                            name: "rotate-fernet-key",
                            version: args.version,
                            settings: args.settings,
                            serviceAccount: account.metadata.name,
                            args: ["bash", "-c", "exec airflow rotate-fernet-key"],
                            env: [
                                fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect),
                                fromSecret("AIRFLOW__CORE__FERNET_KEY", secrets.fernet),
                            ],
                            size: { cpu: "100m", memory: "512Mi" },
                            databaseAuthority: args.databaseAuthority,
                        }),
                    },
                },
                { parent: this, customTimeouts: { create: "60m" } },
            );
        }

        this.registerOutputs({});
    }
}
