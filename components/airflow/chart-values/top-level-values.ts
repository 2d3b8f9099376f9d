/**
 * What becomes of each top-level value of Airflow's chart. A value that is carried reaches what the official chart brings
 * it to; parts of it may be overruled. One that is carried to tasks reaches their pods too, which are our own.
 */
export const Fate = { carried: "carried", carriedToTasks: "carriedToTasks", overruled: "overruled" } as const;

export type Fate = (typeof Fate)[keyof typeof Fate];

const carried = [
    "revisionHistoryLimit images ingress networkPolicies airflowConfigAnnotations rbac priorityClasses extraConfigMaps",
    "enableBuiltInSecretEnvVars workers scheduler apiServer dagProcessor triggerer pgbouncer quotas limits",
];

const carriedToTasks = ["config"];

const overruled = [
    "fullnameOverride nameOverride useStandardNaming uid gid securityContext securityContexts containerLifecycleHooks",
    "airflowHome defaultAirflowRepository defaultAirflowTag defaultAirflowDigest airflowVersion nodeSelector affinity",
    "tolerations topologySpreadConstraints schedulerName labels enableServiceLinks imagePullSecrets",
    "airflowPodAnnotations airflowLocalSettings executor allowPodLaunching allowJobLaunching env volumes volumeMounts",
    "secret extraSecrets extraEnv extraEnvFrom data fernetKey fernetKeySecretName fernetKeySecretAnnotations apiSecretKey",
    "apiSecretAnnotations apiSecretKeySecretName jwtSecret jwtSecretAnnotations jwtSecretName webserverSecretKey",
    "webserverSecretAnnotations webserverSecretKeySecretName kerberos createUserJob migrateDatabaseJob webserver flower",
    "statsd otelCollector redis registry elasticsearch opensearch ports cleanup databaseCleanup postgresql",
    "multiNamespaceMode podTemplate dags logs",
];

const all: readonly (readonly [Fate, readonly string[]])[] = [
    [Fate.carried, carried],
    [Fate.carriedToTasks, carriedToTasks],
    [Fate.overruled, overruled],
];

/** By the value's name. */
export const topLevelValues: ReadonlyMap<string, Fate> = new Map(
    all.flatMap(([fate, lines]) => lines.flatMap((line) => line.split(" ")).map((key) => [key, fate] as const)),
);
