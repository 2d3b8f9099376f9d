import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../after.ts";
import { chartReference, charts } from "../charts.ts";
import { type AirflowArgs } from "./airflow-args.ts";
import { AirflowSecrets } from "./keys/airflow-secrets.ts";
import { defaultSizes } from "./airflow-sizes.ts";
import { airflowValues } from "./airflow-values.ts";
import { defaultConcurrency } from "./concurrency.ts";
import { DagBundleCredentials } from "./dags/dag-bundle-credentials.ts";
import { defaultDagBundles } from "./dags/dag-bundles.ts";
import { Database } from "./database/database.ts";
import { type TeamAccess, teamAccess } from "./database/team-logins/team-access.ts";
import { loginsOf, TeamLogins } from "./database/team-logins/team-logins.ts";
import { TeamRights } from "./database/team-logins/team-rights.ts";
import { DatabaseCleanup } from "./jobs/database-cleanup.ts";
import { FernetRotation } from "./keys/fernet-rotation.ts";
import { FernetSecret } from "./keys/fernet-secret.ts";
import { defaultKeys } from "./keys/key-generations.ts";
import { LogVolume } from "./logs/log-volume.ts";
import { Migration } from "./jobs/migration.ts";
import { chart, clusterHost, releaseName, secrets as secretNames } from "./names.ts";
import { poolSize } from "./database/pgbouncer-config.ts";
import { PodCleanup } from "./jobs/pod-cleanup.ts";
import { Pools } from "./jobs/pools.ts";
import { defaultRetention } from "./retention.ts";
import { TaskStarts } from "./tasks/starts/task-starts.ts";
import { mergedConfig } from "./settings/common-settings.ts";
import { lookupVariables, noLookups } from "./settings/declared-lookups.ts";
import { EnvironmentSecret } from "./settings/environment-secret.ts";
import { optionVariables, taskEnvironment } from "./settings/task-environment.ts";

/**
 * Apache Airflow. Depends on the mesh: a pod that starts before the injector has no proxy, and no other pod can reach
 * it.
 */
export class Airflow extends pulumi.ComponentResource {
    /** Where people and programs reach Airflow. Resolves only once it runs. */
    public readonly url: pulumi.Output<string>;

    /** The revision of the chart's release: another one whenever its pods may be others. */
    public readonly revision: pulumi.Output<number>;

    /** What the parts of isolated teams connect to the database with, by team. */
    public readonly teamAccess: Readonly<Record<string, TeamAccess>>;

    constructor(name: string, args: AirflowArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Airflow", name, {}, opts);

        const url = args.url ?? `http://${clusterHost(chart.apiServerService)}:${chart.apiServerPort}`;

        const highAvailability = args.highAvailability ?? false;
        const sizes = args.sizes ?? defaultSizes;
        const concurrency = args.concurrency ?? defaultConcurrency;
        const dagBundles = args.dagBundles ?? defaultDagBundles;
        const retention = args.retention ?? defaultRetention;
        const keys = args.keys ?? defaultKeys;

        const isolated = args.teams?.isolated ?? [];
        const teamLogins =
            isolated.length === 0
                ? undefined
                : new TeamLogins(
                      `${name}-team-logins`,
                      {
                          namespace: args.namespace,
                          teams: isolated,
                      },
                      { parent: this },
                  );

        const database = new Database(
            `${name}-database`,
            {
                namespace: args.namespace,
                database: args.database,
                teams: isolated,
            },
            { parent: this, dependsOn: teamLogins ? [teamLogins] : [] },
        );

        const secrets = new AirflowSecrets(
            `${name}-secrets`,
            {
                namespace: args.namespace,
                database: database.connection,
                pool: poolSize(sizes, highAvailability, concurrency.databaseConnections, isolated.length),
                keys,
                teamPasswords: teamLogins?.passwords,
            },
            { parent: this },
        );

        // An isolated team reads its own bundle, in its own namespace.
        const ownBundles = dagBundles.filter((bundle) => !isolated.includes(bundle.name));
        const credentials = new DagBundleCredentials(
            `${name}-dag-bundles`,
            {
                namespace: args.namespace,
                bundles: ownBundles,
            },
            { parent: this },
        );

        const starts = new TaskStarts(
            `${name}-task-starts`,
            {
                namespace: args.namespace,
            },
            { parent: this },
        );

        const secretOptions = optionVariables(args.secretConfig ?? {});
        const taskVariables = taskEnvironment(args.secretConfig ?? {}, args.lookups ?? noLookups);
        const environmentSecret = (suffix: string, secretName: string, variables: typeof secretOptions) =>
            Object.keys(variables).length === 0
                ? []
                : [
                      new EnvironmentSecret(
                          `${name}-${suffix}`,
                          {
                              namespace: args.namespace,
                              secretName,
                              variables,
                          },
                          { parent: this },
                      ),
                  ];
        const options = environmentSecret("config-options", secretNames.configOptions, secretOptions);
        // For the triggerer, where tasks wait. Where they run it comes with their namespace.
        const forWaiting = environmentSecret("task-environment", secretNames.taskEnvironment, taskVariables);

        const common = {
            image: args.image,
            config: mergedConfig(args.config ?? {}, args.chartValues ?? {}),
            secretOptions: Object.keys(secretOptions),
        };

        // What every Job takes that connects to the database server.
        const job = {
            namespace: args.namespace,
            version: args.version,
            settings: common,
            databaseAuthority: database.connection.authorityVolume,
        };

        const migration = new Migration(`${name}-migration`, job, {
            parent: this,
            dependsOn: [database, secrets, ...options],
        });

        const teamRights = teamLogins
            ? [
                  new TeamRights(
                      `${name}-team-rights`,
                      {
                          ...job,
                          teams: isolated,
                      },
                      { parent: this, dependsOn: [migration, teamLogins] },
                  ),
              ]
            : [];

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

        const logVolumes = (args.logVolume ? [args.logVolume] : []).map(
            ({ storageGb, hostPath }) =>
                new LogVolume(
                    `${name}-log-volume`,
                    {
                        namespace: args.namespace,
                        storageGb,
                        hostPath,
                    },
                    { parent: this },
                ),
        );

        const release = new k8s.helm.v3.Release(
            `${name}-release`,
            {
                ...chartReference(charts.airflow, args.mirror),
                name: releaseName,
                namespace: args.namespace,
                // Seconds. Pulling an image of over a gigabyte and starting Airflow takes longer than Helm's default of
                // five minutes.
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
                            logVolume: args.logVolume !== undefined,
                            login: args.login?.chartValues ?? {},
                            sizes,
                            concurrency,
                            dagBundles,
                            ownBundles,
                            retention,
                            keys,
                            secretVersions: {
                                login: secrets.loginVersion,
                                dagBundles: credentials.versions,
                                settings: settingsVersions({
                                    "config-options": options,
                                    "task-environment": forWaiting,
                                }),
                            },
                            common,
                            config: args.config,
                            images: args.images,
                            taskVariables: Object.keys(taskVariables),
                            lookups: Object.keys(lookupVariables(args.lookups ?? noLookups)),
                            taskAdditions: args.taskAdditions,
                            teamLogins: isolated.flatMap((team) => Object.values(loginsOf(team))),
                            logFolder: remoteLogs?.folder,
                            secretsBackend,
                            taskPlacement: args.taskPlacement,
                            accountAnnotations,
                            teams: args.teams.chartValues,
                            chartValues: args.chartValues ?? {},
                        }),
                    ),
            },
            {
                parent: this,
                dependsOn: [
                    database,
                    secrets,
                    credentials,
                    starts,
                    migration,
                    ...teamRights,
                    fernet,
                    pools,
                    ...logVolumes,
                    ...forWaiting,
                ],
            },
        );

        new FernetRotation(
            `${name}-fernet-rotation`,
            {
                ...job,
                fernet: keys.fernet,
            },
            // Only once every component has the new keys.
            { parent: this, dependsOn: [release] },
        );

        // Scheduled jobs run the version that the database was migrated to.
        new PodCleanup(
            `${name}-pod-cleanup`,
            {
                namespace: args.namespace,
                version: args.version,
                settings: common,
                schedule: retention.podsSchedule,
                teamNamespaces: args.teams.namespaces,
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

        this.url = after([release], url);

        this.revision = release.status.revision;

        this.teamAccess = teamAccess(isolated, {
            passwords: teamLogins?.passwords ?? {},
            databaseName: database.connection.name,
            fernetKeys: secrets.fernetKeys,
            ready: release,
        });

        this.registerOutputs({ url: this.url, revision: this.revision });
    }
}

/** Annotations by which pods start anew when a Secret of the stack's settings changes. */
function settingsVersions(by: Readonly<Record<string, readonly EnvironmentSecret[]>>) {
    return Object.fromEntries(
        Object.entries(by).flatMap(([what, secrets]) =>
            secrets.map(({ version }) => [`airflow-linkerd.io/${what}`, version]),
        ),
    );
}
