/** Every name that two parts of the Airflow room must agree on. The ones in `chart` are dictated by Airflow's chart. */

export const namespaceName = "airflow";

/** The release's name, with which the chart prefixes the names of its objects. */
export const releaseName = "airflow";

/** The name of a Service in Airflow's namespace that resolves from every namespace. */
export function clusterHost(service: string): string {
    return `${service}.${namespaceName}.svc.cluster.local`;
}

/** The chart's own names. */
export const chart = {
    apiServerService: "airflow-api-server",
    apiServerPort: 8080,
    pgbouncerService: "airflow-pgbouncer",
    pgbouncerPort: 6543,
    apiServerAccount: "airflow-api-server",
    schedulerAccount: "airflow-scheduler",
    triggererAccount: "airflow-triggerer",
    /** The chart's own migration Job is off. Ours uses the service account that it would have created. */
    migrationAccount: "airflow-migrate-database-job",
} as const;

/** The service account of the Job that creates Airflow's user on the database server. Nothing else uses it. */
export const databaseAdminAccount = "airflow-database-admin";

/** The Job that gives teams' logins to the database their rights, its account, and the Secret with their passwords. */
export const teamLogins = {
    job: "team-logins",
    account: "airflow-team-logins",
    secret: "airflow-team-logins",
    passwordsFile: "passwords.json",
} as const;

/** Airflow's Secrets, with the keys that are read from them. */
export const secrets = {
    metadata: { name: "airflow-metadata", key: "connection" },
    /** The same database without PgBouncer, for commands that hold session locks or long transactions. */
    metadataDirect: { name: "airflow-metadata-direct", key: "connection" },
    fernet: { name: "airflow-fernet", key: "fernet-key" },
    /** The keys that the next release will use: for the Jobs that check and migrate before it. */
    fernetGenerations: { name: "airflow-fernet-generations", key: "fernet-key" },
    apiSecret: { name: "airflow-api-secret", key: "api-secret-key" },
    jwt: { name: "airflow-jwt", key: "jwt-secret" },
    pgbouncerConfig: { name: "airflow-pgbouncer-config", ini: "pgbouncer.ini", users: "users.txt" },
    pgbouncerStats: { name: "airflow-pgbouncer-exporter", key: "connection" },
    /** Options of airflow.cfg that are secrets, for components and Jobs. */
    configOptions: "airflow-config-options",
    /** The same for tasks, with the connections and variables that the stack declares. */
    taskEnvironment: "airflow-task-environment",
    /** By which nodes pull Airflow's image. */
    imagePull: "airflow-image-pull",
    /** No such Secret exists: the name keeps the chart from making one for a broker. */
    noBroker: "airflow-no-broker",
} as const;

/** The claim of the volume that keeps tasks' logs, if the stack has one, and the image's folder of logs. */
export const taskLogs = { claim: "airflow-task-logs", folder: "/opt/airflow/logs" } as const;

/** Where PgBouncer and the Jobs mount the authority that signed the database server's certificate. */
export const databaseAuthority = { folder: "/etc/airflow-database", file: "ca.crt" } as const;

/**
 * The source of the volume with that authority, as pods and charts both write it. Plain, so that a preview shows all of
 * the chart's values: what mounts it must depend on the database.
 */
export interface AuthorityVolume {
    readonly secret?: { secretName: string; items: { key: string; path: string }[] };
    readonly configMap?: { name: string };
}
