import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import {
    acceptedOfDatabaseCommands,
    commandLabels,
    commandPod,
    type DatabaseCommandArgs,
    fromSecret,
} from "./command-pod.ts";
import { secrets } from "../names.ts";

export interface DatabaseCleanupArgs extends DatabaseCommandArgs {
    /** Age from which runs are deleted, in days. */
    olderThanDays: number;

    /** A cron expression in UTC. */
    schedule: string;
}

/**
 * Deletes old runs, with their task instances and logs, from the metadata database. Without PgBouncer, where its long
 * transactions would occupy connections that Airflow needs. Nothing is archived: Airflow archives into the same
 * database, and nobody would ever delete that.
 */
export class DatabaseCleanup extends pulumi.ComponentResource {
    constructor(name: string, args: DatabaseCleanupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:DatabaseCleanup", name, {}, opts);

        const metadata = {
            name: "airflow-database-cleanup",
            namespace: args.namespace,
            labels: commandLabels("database-cleanup"),
        };

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata,
                automountServiceAccountToken: false,
            },
            { parent: this },
        );

        new k8s.batch.v1.CronJob(
            `${name}-schedule`,
            {
                metadata,
                spec: {
                    schedule: args.schedule,
                    timeZone: "Etc/UTC",
                    concurrencyPolicy: "Forbid",
                    // A missed run may start up to an hour late, not during working hours.
                    startingDeadlineSeconds: 3600,
                    successfulJobsHistoryLimit: 1,
                    failedJobsHistoryLimit: 1,
                    jobTemplate: {
                        spec: {
                            backoffLimit: 1,
                            template: commandPod({
                                name: "database-cleanup",
                                version: args.version,
                                settings: args.settings,
                                serviceAccount: account.metadata.name,
                                args: ["bash", "-c", command],
                                env: [
                                    fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect),
                                    { name: "OLDER_THAN_DAYS", value: `${args.olderThanDays}` },
                                ],
                                size: { cpu: "100m", memory: "512Mi" },
                                databaseAuthority: args.databaseAuthority,
                            }),
                        },
                    },
                },
            },
            { parent: this },
        );

        this.registerOutputs({});
    }
}

const command = [
    'before=$(date --utc --date "-${OLDER_THAN_DAYS} days" +%Y-%m-%dT%H:%M:%S+00:00)',
    // In batches, so that locks are short.
    'exec airflow db clean --clean-before-timestamp "$before" --skip-archive --batch-size 10000 --yes',
].join("\n");

export const acceptedFindings: AcceptedFindings = { schedule: acceptedOfDatabaseCommands };
