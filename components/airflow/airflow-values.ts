import { type ChartValues, layered } from "../chart-values.ts";
import { airflowRepository, authManager } from "./airflow-image.ts";
import { type AuthorityVolume } from "./database-connection.ts";
import { chart, databaseAuthority, secrets, taskLogs } from "./names.ts";
import { executionApiUrl, taskPodTemplate } from "./pod-template.ts";

/** What the chart's values depend on. */
export interface AirflowSettings {
    readonly version: string;
    /** The address that people use, for links and cookies. */
    readonly url: string;
    readonly highAvailability: boolean;
    /** Where PgBouncer finds the authority that signed the database server's certificate. */
    readonly databaseAuthority: AuthorityVolume;
    /** Whether a volume keeps the logs of tasks. */
    readonly logVolume: boolean;
    /** What makes people log in, for the API server. */
    readonly login: ChartValues;
    /** Values that the stack asks for. */
    readonly chartValues: ChartValues;
}

/** Values of Airflow's chart: nothing random, nothing made by a hook, nothing secret. */
export function airflowValues(settings: AirflowSettings): ChartValues {
    const promised = layered({}, invariants(settings), settings.login);
    return layered(sizes(settings.highAvailability), settings.chartValues, promised);
}

function invariants(settings: AirflowSettings): ChartValues {
    return {
        airflowVersion: settings.version,
        defaultAirflowRepository: airflowRepository,
        defaultAirflowTag: settings.version,
        executor: "KubernetesExecutor",

        fernetKeySecretName: secrets.fernet.name,
        apiSecretKeySecretName: secrets.apiSecret.name,
        jwtSecretName: secrets.jwt.name,
        data: { metadataSecretName: secrets.metadata.name },
        // The API server would offer this connection, password and all, to every task that asks for it by name.
        enableBuiltInSecretEnvVars: { AIRFLOW_CONN_AIRFLOW_DB: false },

        // A right to make pods anywhere but through our own Role would undo the boundaries between teams.
        allowPodLaunching: false,
        multiNamespaceMode: false,

        // Given on every pod of the chart: below the pods' own grace, or Kubernetes kills proxy and Airflow together.
        airflowPodAnnotations: { "config.linkerd.io/shutdown-grace-period": "20s" },
        podTemplate: JSON.stringify(taskPodTemplate(settings.version, settings.logVolume), null, 2),
        config: {
            api: { base_url: settings.url },
            core: { auth_manager: authManager, execution_api_server_url: executionApiUrl, load_examples: "False" },
            // A session that began over TLS never travels without.
            fab: { cookie_secure: settings.url.startsWith("https://") ? "True" : "False" },
        },

        ...(settings.logVolume ? { logs: { persistence: { enabled: true, existingClaim: taskLogs.claim } } } : {}),

        scheduler: { serviceAccount: { create: true }, terminationGracePeriodSeconds: 60 },
        apiServer: { serviceAccount: { create: true } },
        dagProcessor: { serviceAccount: withoutToken },
        // Without a volume it is a Deployment: trigger logs are read while it runs, and no claim outlives the release.
        triggerer: { serviceAccount: withoutToken, persistence: { enabled: false } },
        workers: { serviceAccount: withoutToken },
        pgbouncer: pgbouncer(settings.databaseAuthority),

        // The migration is a Job of our own that ends before the chart begins; as a hook it would wait for the pods
        // that wait for it. Nobody logs in by password, so there is no user to create.
        migrateDatabaseJob: { enabled: false, serviceAccount: { create: false } },
        createUserJob: { enabled: false, serviceAccount: { create: false } },

        postgresql: { enabled: false },
        redis: { enabled: false },
        // StatsD is UDP, which the mesh does not carry.
        statsd: { enabled: false },
    };
}

/** For what never calls the Kubernetes API. Linkerd's proxy brings a token of its own. */
const withoutToken = { create: true, automountServiceAccountToken: false };

function pgbouncer(authority: AuthorityVolume): ChartValues {
    // Linkerd would otherwise look for HTTP in PostgreSQL's protocol. Service and pod must say the same.
    const opaque = { "config.linkerd.io/opaque-ports": `${chart.pgbouncerPort}` };
    return {
        enabled: true,
        // The chart can build these only from a password in its values.
        configSecretName: secrets.pgbouncerConfig.name,
        metricsExporterSidecar: {
            statsSecretName: secrets.pgbouncerStats.name,
            statsSecretKey: secrets.pgbouncerStats.key,
        },
        serviceAccount: withoutToken,
        podAnnotations: opaque,
        service: { extraAnnotations: opaque },
        extraVolumes: [{ name: "database-authority", ...authority }],
        extraVolumeMounts: [{ name: "database-authority", mountPath: databaseAuthority.folder, readOnly: true }],
    };
}

function sizes(highAvailability: boolean): ChartValues {
    const replicas = highAvailability ? 2 : 1;
    const component = (cpu: string, memory: string): ChartValues => ({
        replicas,
        resources: { requests: { cpu, memory }, limits: { memory } },
        ...(highAvailability ? { podDisruptionBudget: { enabled: true, config: { maxUnavailable: 1 } } } : {}),
    });
    // The chart gives a minute. A first start writes hundreds of permissions, and on a busy node each try would be cut
    // short and begin anew. It costs nobody anything: who is started sooner is ready sooner.
    const startupProbe = { periodSeconds: 10, failureThreshold: 60 };
    return {
        scheduler: { ...component("200m", "1Gi"), startupProbe },
        apiServer: { ...component("200m", "2Gi"), startupProbe },
        dagProcessor: component("200m", "1Gi"),
        triggerer: component("100m", "1Gi"),
        pgbouncer: component("50m", "128Mi"),
    };
}
