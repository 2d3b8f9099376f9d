import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { AirflowSecrets } from "./airflow-secrets.ts";
import { airflowValues } from "./airflow-values.ts";
import { Database, type DatabaseArgs } from "./database.ts";
import { LogVolume, type LogVolumeArgs } from "./log-volume.ts";
import { Migration } from "./migration.ts";
import { chart, clusterHost, releaseName } from "./names.ts";
import { TaskLauncher } from "./task-launcher.ts";

export interface AirflowArgs {
    /** The namespace of Airflow's own components, as AirflowNamespace makes it. */
    namespace: pulumi.Input<string>;

    /** Airflow's version, such as `3.3.2`. Plain, because the migration is named after it. */
    version: string;

    /** Where the metadata lives. Plain, because it decides which resources exist. */
    database: DatabaseArgs["database"];

    /** The address that people use, without a path. Defaults to the API server's inside the cluster. */
    url?: string;

    /** Two of each component, and never all of them moved at once. Defaults to false. */
    highAvailability?: boolean;

    /** Where charts come from. Defaults to the official repositories. */
    mirror?: ChartMirror;

    /** How people log in: what the chart must be told of it, over all that a stack asks for. Defaults to nobody. */
    login?: { readonly chartValues: ChartValues };

    /**
     * Keeps the logs of tasks on a volume, for development. Plain, because it decides which resources exist. Defaults to
     * none: a task's log goes with its pod.
     */
    logVolume?: Pick<LogVolumeArgs, "storageGb">;

    /** Values of Airflow's chart, under those that the platform's safety rests on. Defaults to none. */
    chartValues?: ChartValues;
}

/**
 * Apache Airflow. The mesh must be there before: a pod that starts earlier has no proxy, and no other pod can reach it.
 */
export class Airflow extends pulumi.ComponentResource {
    /** Where people and programs reach Airflow. Resolves only once it runs. */
    public readonly url: pulumi.Output<string>;

    constructor(name: string, args: AirflowArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Airflow", name, {}, opts);

        const url = args.url ?? `http://${clusterHost(chart.apiServerService)}:${chart.apiServerPort}`;

        const database = new Database(
            `${name}-database`,
            {
                namespace: args.namespace,
                database: args.database,
            },
            { parent: this },
        );

        const secrets = new AirflowSecrets(
            `${name}-secrets`,
            {
                namespace: args.namespace,
                database: database.connection,
            },
            { parent: this },
        );

        const launcher = new TaskLauncher(
            `${name}-task-launcher`,
            {
                namespace: args.namespace,
            },
            { parent: this },
        );

        const migration = new Migration(
            `${name}-migration`,
            {
                namespace: args.namespace,
                version: args.version,
                databaseAuthority: database.connection.authorityVolume,
            },
            { parent: this, dependsOn: [database, secrets] },
        );

        const logVolume =
            args.logVolume &&
            new LogVolume(
                `${name}-log-volume`,
                {
                    namespace: args.namespace,
                    ...args.logVolume,
                },
                { parent: this },
            );

        const release = new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.airflow, args.mirror),
                name: releaseName,
                namespace: args.namespace,
                // Pulling an image of over a gigabyte and starting Airflow takes longer than Helm's five minutes.
                timeout: 900,
                values: airflowValues({
                    version: args.version,
                    url,
                    highAvailability: args.highAvailability ?? false,
                    databaseAuthority: database.connection.authorityVolume,
                    logVolume: args.logVolume !== undefined,
                    login: args.login?.chartValues ?? {},
                    chartValues: args.chartValues ?? {},
                }),
            },
            { parent: this, dependsOn: [database, secrets, launcher, migration, ...(logVolume ? [logVolume] : [])] },
        );

        this.url = release.id.apply(() => url);

        this.registerOutputs({ url: this.url });
    }
}
