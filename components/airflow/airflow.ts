import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { type ChartValues } from "../chart-values.ts";
import { type ChartMirror, chartReference, charts } from "../charts.ts";
import { AirflowSecrets } from "./airflow-secrets.ts";
import { type AirflowSizes, defaultSizes } from "./airflow-sizes.ts";
import { airflowValues } from "./airflow-values.ts";
import { type Concurrency, defaultConcurrency } from "./concurrency.ts";
import { DagBundleCredentials } from "./dag-bundle-credentials.ts";
import { type DagBundle, defaultDagBundles } from "./dag-bundles.ts";
import { Database, type DatabaseArgs } from "./database.ts";
import { DatabaseCleanup } from "./database-cleanup.ts";
import { FernetRotation } from "./fernet-rotation.ts";
import { FernetSecret } from "./fernet-secret.ts";
import { defaultKeys, type KeyGenerations } from "./key-generations.ts";
import { LogVolume, type LogVolumeArgs } from "./log-volume.ts";
import { type SecretsBackend } from "./lookup-backend.ts";
import { Migration } from "./migration.ts";
import { chart, clusterHost, releaseName } from "./names.ts";
import { poolSize } from "./pgbouncer-config.ts";
import { PodCleanup } from "./pod-cleanup.ts";
import { type Pool, Pools } from "./pools.ts";
import { type RemoteLogs } from "./remote-logs.ts";
import { defaultRetention, type Retention } from "./retention.ts";
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

    /** How large each part is, and a task's pod. Defaults to what some hundred DAGs need. */
    sizes?: AirflowSizes;

    /** How much runs at once. Defaults to Airflow's own, but for how fast pods are made. */
    concurrency?: Concurrency;

    /** Where DAGs come from. Plain, because it decides which resources exist. Defaults to a folder of the image. */
    dagBundles?: readonly DagBundle[];

    /** Slots that tasks share. Plain, because it decides which resources exist. Defaults to Airflow's own pool. */
    pools?: readonly Pool[];

    /** How long logs, runs and finished pods are kept. Defaults to 15 days, 90 days and a quarter of an hour. */
    retention?: Retention;

    /** Which keys encrypt and sign. Plain, because it decides which resources exist. Defaults to the first ones. */
    keys?: KeyGenerations;

    /** Where logs of ended tasks go. Plain but for the folder. Defaults to nowhere: they are lost with the task's pod. */
    remoteLogs?: RemoteLogs;

    /** Where connections are looked for before the metadata database. Defaults to nowhere. */
    secretsBackend?: SecretsBackend;

    /**
     * Keeps the logs of tasks on a volume, for development. Plain, because it decides which resources exist. Defaults to
     * none: a task's log goes with its pod.
     */
    logVolume?: Pick<LogVolumeArgs, "storageGb">;

    /**
     * What service accounts of Airflow's parts must carry to come by their roles, by the last part of the account's name,
     * such as `api-server`. Defaults to nothing.
     */
    serviceAccountAnnotations?: Readonly<Record<string, pulumi.Input<Record<string, string>>>>;

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

        const highAvailability = args.highAvailability ?? false;
        const sizes = args.sizes ?? defaultSizes;
        const concurrency = args.concurrency ?? defaultConcurrency;
        const dagBundles = args.dagBundles ?? defaultDagBundles;
        const retention = args.retention ?? defaultRetention;
        const keys = args.keys ?? defaultKeys;

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
                pool: poolSize(sizes, highAvailability, concurrency.databaseConnections),
                keys,
            },
            { parent: this },
        );

        const credentials = new DagBundleCredentials(
            `${name}-dag-bundles`,
            {
                namespace: args.namespace,
                bundles: dagBundles,
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

        // For every Job that talks to the database server itself.
        const job = {
            namespace: args.namespace,
            version: args.version,
            databaseAuthority: database.connection.authorityVolume,
        };

        const migration = new Migration(`${name}-migration`, job, { parent: this, dependsOn: [database, secrets] });

        const fernet = new FernetSecret(
            `${name}-secrets-fernet`,
            {
                ...job,
                fernet: keys.fernet,
                secrets,
            },
            { parent: this, dependsOn: [migration] },
        );

        const pools = new Pools(
            `${name}-pools`,
            {
                ...job,
                pools: args.pools ?? [],
            },
            { parent: this, dependsOn: [migration] },
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
                values: pulumi
                    .all([
                        pulumi.output(args.remoteLogs),
                        pulumi.output(args.secretsBackend),
                        pulumi.output(args.serviceAccountAnnotations ?? {}),
                    ])
                    .apply(([remoteLogs, secretsBackend, accountAnnotations]) =>
                        airflowValues({
                            version: args.version,
                            url,
                            highAvailability,
                            databaseAuthority: database.connection.authorityVolume,
                            login: args.login?.chartValues ?? {},
                            sizes,
                            concurrency,
                            dagBundles,
                            retention,
                            keys,
                            secretVersions: { login: secrets.loginVersion, dagBundles: credentials.versions },
                            logVolume: args.logVolume !== undefined,
                            logFolder: remoteLogs?.folder,
                            secretsBackend,
                            accountAnnotations,
                            chartValues: args.chartValues ?? {},
                        }),
                    ),
            },
            {
                parent: this,
                dependsOn: [
                    ...[database, secrets, credentials, launcher, migration, fernet, pools],
                    ...(logVolume ? [logVolume] : []),
                ],
            },
        );

        new FernetRotation(
            `${name}-fernet-rotation`,
            {
                ...job,
                fernet: keys.fernet,
            },
            // Only once every component has the keys.
            { parent: this, dependsOn: [release] },
        );

        // What runs by the clock is of the version that the tables are of.
        new PodCleanup(
            `${name}-pod-cleanup`,
            {
                namespace: args.namespace,
                version: args.version,
                schedule: retention.podsSchedule,
            },
            { parent: this, dependsOn: [migration] },
        );

        new DatabaseCleanup(
            `${name}-database-cleanup`,
            {
                ...job,
                olderThanDays: retention.metadataDays,
                schedule: retention.metadataSchedule,
            },
            { parent: this, dependsOn: [migration] },
        );

        this.url = release.id.apply(() => url);

        this.registerOutputs({ url: this.url });
    }
}
