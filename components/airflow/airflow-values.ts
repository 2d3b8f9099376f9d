import { createHash } from "node:crypto";

import type * as pulumi from "@pulumi/pulumi";

import { type ChartValues, layered } from "../chart-values.ts";
import { published, repositoryOf, tagOf } from "../images.ts";
import { type AirflowArgs } from "./airflow-args.ts";
import { authManager, pullSecrets } from "./airflow-image.ts";
import { sizeValues } from "./airflow-sizes.ts";
import { concurrencyConfig } from "./concurrency.ts";
import { bundleAccess, bundleList, type DagBundle } from "./dags/dag-bundles.ts";
import { pgbouncerShutdown } from "./database/pgbouncer-config.ts";
import { fernetOrder } from "./keys/key-generations.ts";
import { type AirflowConfig, configForChart, verbatim } from "./settings/airflow-config.ts";
import { type CommonSettings, imageOf, secretEnvironment } from "./settings/common-settings.ts";
import { componentLookup, type LookupBackend } from "./secrets-backend/secrets-backend.ts";
import { type AuthorityVolume, chart, databaseAuthority, secrets, taskLogs } from "./names.ts";
import { executionApiUrl, taskBundles, taskPodTemplate } from "./tasks/pod-template.ts";
import { startsValues } from "./tasks/starts/task-starts-values.ts";
import { remoteLogsConfig } from "./logs/remote-logs.ts";
import { logGroomerValues } from "./retention.ts";

/** What the chart's values are made from: arguments of Airflow, and what its other parts made. */
export interface AirflowSettings extends Readonly<AskedFor> {
    /** Where PgBouncer finds the authority that signed the database server's certificate. */
    readonly databaseAuthority: AuthorityVolume;
    /** Whether a volume keeps the logs of tasks. */
    readonly logVolume: boolean;
    /** Values of the login, for the API server. */
    readonly login: ChartValues;
    /** Change whenever a secret changes that pods read only at start, so that the change restarts them. */
    readonly secretVersions: SecretVersions;
    /** Where the logs of ended tasks are. */
    readonly logFolder?: string | undefined;
    /** Where connections and variables are looked up before the metadata database. */
    readonly secretsBackend?: LookupBackend<string> | undefined;
    /** Values by which each task runs as its team. */
    readonly teams: ChartValues;
    /** The bundles that the chart's own DAG processor reads. */
    readonly ownBundles: readonly DagBundle[];
    /** Users that PgBouncer reads at its start besides Airflow's. Empty where no team has any. */
    readonly teamLogins: readonly string[];
    /** Annotations of service accounts, by their name without `airflow-`. */
    readonly accountAnnotations: Readonly<Record<string, Record<string, string>>>;
    /** What a stack sets for all that runs Airflow. */
    readonly common: CommonSettings;
    /** Options of airflow.cfg that a stack sets besides the chart's values. Defaults to none. */
    readonly config?: AirflowConfig | undefined;
    /** Variables that tasks read from their Secret. Defaults to none. */
    readonly taskVariables?: readonly string[] | undefined;
    /** Those of them that the triggerer reads as well, for tasks that wait. Defaults to none. */
    readonly lookups?: readonly string[] | undefined;
}

/** Arguments of Airflow that the values take as they are, with their defaults filled in. */
type AskedFor = Required<
    Pick<
        AirflowArgs,
        | "version"
        | "url"
        | "highAvailability"
        | "sizes"
        | "concurrency"
        | "dagBundles"
        | "retention"
        | "keys"
        | "chartValues"
    >
> &
    Pick<AirflowArgs, "taskPlacement" | "taskAdditions" | "images">;

export interface SecretVersions {
    /** Of the login to the metadata database. */
    readonly login: pulumi.Input<string>;
    /** Of the credentials of DAG bundles, by bundle. */
    readonly dagBundles: Readonly<Record<string, pulumi.Input<string>>>;
    /** Of what components read from Secrets of the stack's settings, by annotation. Defaults to none. */
    readonly settings?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Values of Airflow's chart. They turn off everything that the chart would generate at random or create by a hook, and
 * hold no secret.
 */
export function airflowValues(settings: AirflowSettings): ChartValues {
    const loggedIn = layered({}, invariants(settings), settings.login);
    // Joined, so that none takes away another's volumes.
    const started = layered(loggedIn, {}, startsValues());
    const promised = layered(started, {}, settings.teams);
    const asked = layered({}, settings.chartValues, { config: configForChart(settings.config ?? {}) });
    return layered(defaults(settings), asked, promised);
}

/** What a stack may override. */
function defaults({ sizes, highAvailability, retention, concurrency }: AirflowSettings): ChartValues {
    return {
        ...layered(sizeValues(sizes, highAvailability), logGroomerValues(retention), {}),
        config: layered(concurrencyConfig(concurrency), { ...schedulerConfig, ...metricsConfig }, {}),
    };
}

// Seconds until another scheduler adopts the queued tasks of one that was killed. Airflow's default is five minutes.
const schedulerConfig = { scheduler: { orphaned_tasks_check_interval: "60" } };

// DAGs and tasks as tags, by the names that the mesh has for them, and not as parts of the metrics' names as well.
const metricsConfig = { metrics: { legacy_names_on: "False" } };

function invariants(settings: AirflowSettings): ChartValues {
    const { keys, secretVersions } = settings;
    const login = { "airflow-linkerd.io/database-login": secretVersions.login };
    // For the pods that sign and verify the tokens of people and tasks.
    const jwt = { "airflow-linkerd.io/jwt-key": `${keys.jwt}` };
    const lookup = componentLookup(settings.secretsBackend);
    const image = imageOf(settings.common, settings.version);
    const options = secretEnvironment(secrets.configOptions, settings.common.secretOptions ?? []);
    const env = (own: readonly object[]) => (own.length + options.length === 0 ? {} : { env: [...own, ...options] });
    const annotated = (part: string): ChartValues => {
        const annotations = settings.accountAnnotations[part];
        return annotations === undefined ? {} : { annotations };
    };
    return {
        airflowVersion: settings.version,
        defaultAirflowRepository: image.repository,
        defaultAirflowTag: image.tag,
        ...(image.digest === undefined ? {} : { defaultAirflowDigest: image.digest }),
        ...chartImages(settings),
        ...pullSecrets(image),

        fernetKeySecretName: secrets.fernet.name,
        apiSecretKeySecretName: secrets.apiSecret.name,
        jwtSecretName: secrets.jwt.name,
        // Without a name for the broker's URL the chart writes one by a hook, which helm never updates nor deletes.
        // Nothing reads it: only Celery has a broker.
        data: { metadataSecretName: secrets.metadata.name, brokerUrlSecretName: secrets.noBroker },
        // The API server would give this connection, with its password, to every task that asks for it by name.
        enableBuiltInSecretEnvVars: { AIRFLOW_CONN_AIRFLOW_DB: false },

        // The scheduler may make pods where tasks run, by a Role of each such namespace: the chart's own would undo the
        // boundaries between teams.
        allowPodLaunching: false,
        multiNamespaceMode: false,

        airflowPodAnnotations: {
            // On every pod but PgBouncer's. Below the pods' termination grace period, or Kubernetes kills proxy and
            // Airflow together.
            "config.linkerd.io/shutdown-grace-period": "20s",
            // A pod reads a Secret in its environment only at start, so it must restart when the Secret changes. These
            // annotations change with the Secrets and reveal nothing about them.
            "airflow-linkerd.io/fernet-keys": fernetOrder(keys.fernet).join(","),
            ...login,
            ...secretVersions.settings,
        },
        podTemplate: podTemplate(settings),
        config: layered(
            config(settings),
            settings.logFolder === undefined ? {} : remoteLogsConfig(settings.logFolder),
            {},
        ),

        ...(settings.logVolume ? { logs: { persistence: { enabled: true, existingClaim: taskLogs.claim } } } : {}),

        scheduler: {
            serviceAccount: { create: true },
            terminationGracePeriodSeconds: 60,
            podAnnotations: jwt,
            ...env([]),
        },
        apiServer: {
            serviceAccount: { create: true, ...annotated("api-server") },
            podAnnotations: jwt,
            env: [...lookup, ...options],
        },
        dagProcessor: dagProcessor(settings, options),
        // Without a volume the triggerer is a Deployment, and no volume claim outlives the release. Its logs are read
        // while it runs.
        triggerer: {
            serviceAccount: { ...withoutToken, ...annotated("triggerer") },
            persistence: { enabled: false },
            env: [...lookup, ...options, ...secretEnvironment(secrets.taskEnvironment, settings.lookups ?? [])],
        },
        // Tasks run under an account of their team's namespace.
        workers: { serviceAccount: { create: false } },
        pgbouncer: pgbouncer(settings, login),

        // Our own Job migrates before the release. As a hook of the chart it would run after the pods, which wait for
        // the migration. There is no user to create, because nobody logs in by password.
        migrateDatabaseJob: { enabled: false, serviceAccount: { create: false } },
        createUserJob: { enabled: false, serviceAccount: { create: false } },

        postgresql: { enabled: false },
        redis: { enabled: false },
        // StatsD is UDP, which the mesh does not carry.
        statsd: { enabled: false },
    };
}

/** Images of the chart besides Airflow's own. */
function chartImages({ images = published, common }: AirflowSettings): ChartValues {
    const from = (name: "pgbouncer" | "pgbouncerExporter") =>
        images.mirror === undefined && images.digests[name] === undefined
            ? {}
            : { [name]: { repository: repositoryOf(name, images), tag: tagOf(name, images) } };
    const all = {
        ...(common.image === undefined ? {} : { airflow: { pullPolicy: common.image.pullPolicy } }),
        ...from("pgbouncer"),
        ...from("pgbouncerExporter"),
    };
    return Object.keys(all).length === 0 ? {} : { images: all };
}

/** For components that never call the Kubernetes API. Linkerd's proxy mounts its own token. */
const withoutToken = { create: true, automountServiceAccountToken: false };

function config({ url, dagBundles }: AirflowSettings): ChartValues {
    return {
        api: { base_url: url },
        core: { auth_manager: authManager, execution_api_server_url: executionApiUrl, load_examples: "False" },
        // The template of tasks' pods names the image, which a repository and a tag could not where it has a digest.
        kubernetes_executor: { worker_container_repository: "", worker_container_tag: "" },
        // The session cookie is sent over TLS only.
        fab: { cookie_secure: url.startsWith("https://") ? "True" : "False" },
        // As text, because the chart's own list supports only three of a bundle's keys. Percent signs are doubled,
        // because a single one starts an interpolation in airflow.cfg.
        dag_processor: { dag_bundle_config_list: bundleList(dagBundles).replaceAll("%", "%%") },
    };
}

function podTemplate({ sizes, taskPlacement, common, ...settings }: AirflowSettings): string {
    const pod = taskPodTemplate({
        ...settings,
        image: imageOf(common, settings.version),
        moreResources: settings.taskAdditions?.resources,
        size: sizes.task,
        placement: taskPlacement,
        config: common.config,
        secretVariables: settings.taskVariables,
    });
    // The chart takes it for a template of its own.
    return verbatim(JSON.stringify(pod, null, 2));
}

function dagProcessor(
    { dagBundles, ownBundles, secretVersions }: AirflowSettings,
    options: readonly object[],
): ChartValues {
    const access = bundleAccess(ownBundles);
    // airflow.cfg names all bundles, for those that ask where a DAG came from.
    const bundles = ownBundles.length === dagBundles.length ? access.env : taskBundles(ownBundles).env;
    const versions = Object.entries(secretVersions.dagBundles);
    return {
        serviceAccount: withoutToken,
        env: [...bundles, ...options],
        extraVolumes: access.volumes,
        extraVolumeMounts: access.volumeMounts,
        podAnnotations: Object.fromEntries(
            versions.map(([bundle, version]) => [`dag-bundle.airflow-linkerd.io/${bundle}`, version]),
        ),
    };
}

function pgbouncer({ databaseAuthority: authority, teamLogins }: AirflowSettings, login: ChartValues): ChartValues {
    // Without it Linkerd would try to detect HTTP in PostgreSQL's protocol. Service and pod must have the same value.
    const opaque = { "config.linkerd.io/opaque-ports": `${chart.pgbouncerPort}` };
    return {
        enabled: true,
        // The chart itself can make them only from a password in its values.
        configSecretName: secrets.pgbouncerConfig.name,
        metricsExporterSidecar: {
            statsSecretName: secrets.pgbouncerStats.name,
            statsSecretKey: secrets.pgbouncerStats.key,
        },
        serviceAccount: withoutToken,
        // The chart's annotations for all pods do not reach PgBouncer's.
        podAnnotations: {
            ...opaque,
            ...pgbouncerShutdown.annotations,
            ...login,
            ...(teamLogins.length === 0 ? {} : { "airflow-linkerd.io/team-logins": digest(teamLogins) }),
        },
        containerLifecycleHooks: pgbouncerShutdown.lifecycle,
        service: { extraAnnotations: opaque },
        extraVolumes: [{ name: "database-authority", ...authority }],
        extraVolumeMounts: [{ name: "database-authority", mountPath: databaseAuthority.folder, readOnly: true }],
    };
}

function digest(words: readonly string[]): string {
    return createHash("sha256").update(words.join(" ")).digest("hex").slice(0, 10);
}
