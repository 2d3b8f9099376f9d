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
    /** How old a run must be to go, in days. */
    olderThanDays: number;

    /** When, as a cron expression in UTC. */
    schedule: string;
}

/**
 * Deletes old runs and what belongs to them from the metadata database. It goes past the pool, in which its long
 * transactions would hold connections that Airflow waits for. Nothing is archived: Airflow would put the archive into
 * the same database, and nobody would ever delete it.
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
                    // A night that was missed is made up for, but not into the working day.
                    startingDeadlineSeconds: 3600,
                    successfulJobsHistoryLimit: 1,
                    failedJobsHistoryLimit: 1,
                    jobTemplate: {
                        spec: {
                            backoffLimit: 1,
                            template: commandPod({
                                name: "database-cleanup",
                                version: args.version,
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
    // In batches, so that no lock is held for long.
    'exec airflow db clean --clean-before-timestamp "$before" --skip-archive --batch-size 10000 --yes',
].join("\n");

export const acceptedFindings: AcceptedFindings = { schedule: acceptedOfDatabaseCommands };
