import { readFileSync } from "node:fs";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { type AirflowSecrets } from "./airflow-secrets.ts";
import {
    acceptedOfDatabaseCommands,
    commandLabels,
    commandPod,
    type DatabaseCommandArgs,
    fromSecret,
    replaceUnready,
} from "../jobs/command-pod.ts";
import { type FernetGenerations } from "./key-generations.ts";
import { secrets } from "../names.ts";
import { settingsSuffix } from "../settings/common-settings.ts";

const script = readFileSync(new URL("check_fernet_keys.py", import.meta.url), "utf8");

export interface FernetSecretArgs extends DatabaseCommandArgs {
    /** The generations of keys. Plain, because the Job is named after them. */
    fernet: FernetGenerations;

    /** Holds the keys. */
    secrets: AirflowSecrets;
}

/**
 * The Secret that Airflow encrypts with. It changes only after a Job has checked that the keys can decrypt everything
 * in the database: a generation that is removed too early stops the deployment, and not Airflow. Depends on the
 * migration.
 */
export class FernetSecret extends pulumi.ComponentResource {
    constructor(name: string, args: FernetSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:FernetSecret", name, {}, opts);

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: { name: "airflow-check-fernet-keys", namespace: args.namespace },
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        const generations = [...args.fernet.generations].sort((one, other) => one - other);
        const check = new k8s.batch.v1.Job(
            `${name}-check`,
            {
                metadata: {
                    // A Job cannot be changed, so each set of keys has its own.
                    name: `airflow-check-fernet-keys-${generations.join("-")}${settingsSuffix(args.settings ?? {})}`,
                    namespace: args.namespace,
                    labels: commandLabels("check-fernet-keys"),
                    annotations: replaceUnready,
                },
                spec: {
                    // One retry, for a database that was unreachable for a moment. A second check finds the same.
                    backoffLimit: 1,
                    template: commandPod({
                        name: "check-fernet-keys",
                        version: args.version,
                        settings: args.settings,
                        serviceAccount: account.metadata.name,
                        args: ["python", "-c", script],
                        env: [
                            fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect),
                            fromSecret("AIRFLOW__CORE__FERNET_KEY", secrets.fernetGenerations),
                            { name: "GENERATIONS", value: generations.join(", ") },
                        ],
                        size: { cpu: "50m", memory: "128Mi" },
                        databaseAuthority: args.databaseAuthority,
                    }),
                },
            },
            { parent: this },
        );

        new k8s.core.v1.Secret(
            `${name}-secret`,
            {
                metadata: { name: secrets.fernet.name, namespace: args.namespace },
                stringData: { [secrets.fernet.key]: args.secrets.fernetKeys },
            },
            // It was a child of AirflowSecrets before. Without the alias Pulumi would delete and create it.
            { parent: this, dependsOn: [check], aliases: [{ parent: args.secrets }] },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = { check: acceptedOfDatabaseCommands };
