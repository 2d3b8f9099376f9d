import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { acceptedOfCommands, commandLabels, commandPod } from "./command-pod.ts";
import { type CommonSettings } from "../settings/common-settings.ts";

export interface PodCleanupArgs {
    /** Airflow's namespace. */
    namespace: pulumi.Input<string>;

    /** Where tasks run. Each of these namespaces lets the account `airflow-cleanup` delete its pods. */
    teamNamespaces: readonly string[];

    /** Airflow's version, such as `3.3.2`. */
    version: string;

    /** What a stack sets for all that runs Airflow. Defaults to nothing. */
    settings?: CommonSettings;

    /** A cron expression in UTC. */
    schedule: string;
}

/**
 * Deletes the pods of ended tasks, and of tasks that could not start within half an hour. The chart's own clean-up handles
 * Airflow's namespace only.
 */
export class PodCleanup extends pulumi.ComponentResource {
    constructor(name: string, args: PodCleanupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:PodCleanup", name, {}, opts);

        const metadata = {
            name: "airflow-cleanup",
            namespace: args.namespace,
            labels: commandLabels("airflow-cleanup-pods"),
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
                    // The next one does the work of one that was missed. Without a deadline, Kubernetes' documentation
                    // says, a schedule that missed more than a hundred starts no Job any more.
                    startingDeadlineSeconds: 300,
                    successfulJobsHistoryLimit: 1,
                    failedJobsHistoryLimit: 1,
                    jobTemplate: {
                        spec: {
                            // The next run comes soon.
                            backoffLimit: 0,
                            template: commandPod({
                                name: "airflow-cleanup-pods",
                                version: args.version,
                                settings: args.settings,
                                serviceAccount: account.metadata.name,
                                ...cleanup(args.teamNamespaces),
                                size: { cpu: "100m", memory: "512Mi" },
                                callsKubernetes: true,
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

/** One namespace after the other. One that fails does not keep the others from their turn, and fails the Job. */
const everyNamespace = `
failed=0
for namespace in $NAMESPACES; do
    airflow kubernetes cleanup-pods --namespace "$namespace" || failed=1
done
exit "$failed"
`.trim();

function cleanup(teamNamespaces: readonly string[]) {
    return {
        args: ["bash", "-c", everyNamespace],
        env: [{ name: "NAMESPACES", value: [...teamNamespaces].sort().join(" ") }],
    };
}

export const acceptedFindings: AcceptedFindings = {
    schedule: { ...acceptedOfCommands, CKV_K8S_38: "It deletes pods, which takes the account's token" },
};
