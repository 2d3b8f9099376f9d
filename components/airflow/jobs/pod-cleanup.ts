import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { acceptedOfCommands, commandLabels, commandPod } from "./command-pod.ts";

export interface PodCleanupArgs {
    /** Where tasks run. */
    namespace: pulumi.Input<string>;

    /** Airflow's version, such as `3.3.2`. */
    version: string;

    /** A cron expression in UTC. */
    schedule: string;
}

/**
 * Deletes the pods of ended tasks, and of tasks that could not start within half an hour, in one namespace. The chart's
 * own clean-up handles Airflow's namespace only.
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

        const role = new k8s.rbac.v1.Role(
            `${name}-role`,
            {
                metadata,
                rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list", "delete"] }],
            },
            { parent: this },
        );

        const binding = new k8s.rbac.v1.RoleBinding(
            `${name}-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: args.namespace }],
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
                                serviceAccount: account.metadata.name,
                                args: ["bash", "-c", 'exec airflow kubernetes cleanup-pods --namespace "$NAMESPACE"'],
                                env: [
                                    {
                                        name: "NAMESPACE",
                                        valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
                                    },
                                ],
                                size: { cpu: "100m", memory: "512Mi" },
                                callsKubernetes: true,
                            }),
                        },
                    },
                },
            },
            { parent: this, dependsOn: [binding] },
        );

        this.registerOutputs({});
    }
}

export const acceptedFindings: AcceptedFindings = {
    schedule: { ...acceptedOfCommands, CKV_K8S_38: "It deletes pods, which takes the account's token" },
};
