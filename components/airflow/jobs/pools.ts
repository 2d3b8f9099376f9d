import { createHash } from "node:crypto";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import {
    acceptedOfDatabaseCommands,
    commandLabels,
    commandPod,
    type DatabaseCommandArgs,
    fromSecret,
    replaceUnready,
} from "./command-pod.ts";
import { secrets } from "../names.ts";
import { settingsSuffix } from "../settings/common-settings.ts";

/** A number of slots that tasks of many DAGs share, such as the queries that a warehouse can run at once. */
export interface Pool {
    readonly name: string;
    /** How many tasks may hold a slot at once. -1 means no limit. */
    readonly slots: number;
    readonly description: string;
    /** Whether a deferred task keeps its slot while it waits in the triggerer. */
    readonly includeDeferred: boolean;
}

export interface PoolsArgs extends DatabaseCommandArgs {
    /** Which pools. Plain, because the Job is named after them. */
    pools: readonly Pool[];
}

/**
 * Airflow's pools, written to the metadata database by a Job, once for each change. A pool that is removed from the
 * list stays in Airflow, because DAGs may still use it: delete it there. Depends on the migration.
 */
export class Pools extends pulumi.ComponentResource {
    constructor(name: string, args: PoolsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Pools", name, {}, opts);

        if (args.pools.length > 0) {
            const file = poolsFile(args.pools);
            const metadata = { namespace: args.namespace, labels: commandLabels("import-pools") };

            const account = new k8s.core.v1.ServiceAccount(
                `${name}-account`,
                {
                    metadata: { ...metadata, name: "airflow-import-pools" },
                    automountServiceAccountToken: false,
                },
                { parent: this },
            );

            const configMap = new k8s.core.v1.ConfigMap(
                `${name}-list`,
                {
                    metadata: { ...metadata, name: "airflow-pools" },
                    data: { "pools.json": file },
                },
                { parent: this },
            );

            new k8s.batch.v1.Job(
                `${name}-job`,
                {
                    metadata: {
                        ...metadata,
                        annotations: replaceUnready,
                        name: `airflow-import-pools-${createHash("sha256").update(file).digest("hex").slice(0, 10)}${settingsSuffix(args.settings ?? {})}`,
                    },
                    spec: {
                        backoffLimit: 4,
                        template: commandPod({
                            name: "import-pools",
                            version: args.version,
                            settings: args.settings,
                            serviceAccount: account.metadata.name,
                            args: ["bash", "-c", "exec airflow pools import /etc/airflow-pools/pools.json"],
                            env: [fromSecret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", secrets.metadataDirect)],
                            size: { cpu: "100m", memory: "512Mi" },
                            databaseAuthority: args.databaseAuthority,
                            mounts: {
                                "/etc/airflow-pools": {
                                    name: "config-0",
                                    configMap: { name: configMap.metadata.name },
                                },
                            },
                        }),
                    },
                },
                { parent: this },
            );
        }

        this.registerOutputs({});
    }
}

/** The file that `airflow pools import` reads. */
export function poolsFile(pools: readonly Pool[]): string {
    const entries = pools.map(({ name, slots, description, includeDeferred }) => [
        name,
        { slots, description, include_deferred: includeDeferred },
    ]);
    return JSON.stringify(Object.fromEntries(entries), null, 2);
}

export const acceptedFindings: AcceptedFindings = { job: acceptedOfDatabaseCommands };
