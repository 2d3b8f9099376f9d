/** Every name that two parts of the Airflow room must agree on. The ones in `chart` are dictated by Airflow's chart. */

export const namespaceName = "airflow";

/** The release's name, which the chart puts before the names of its objects. */
export const releaseName = "airflow";

/** Where a name in the namespace is found from any other namespace. */
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
    workerAccount: "airflow-worker",
    /** The chart's own migration Job is off; ours runs under the account that it would have made. */
    migrationAccount: "airflow-migrate-database-job",
} as const;

/** The service account under which the database's role is made, and no other part of Airflow runs. */
export const databaseAdminAccount = "airflow-database-admin";

/** The Secrets that the chart is given by name, with the keys it reads. */
export const secrets = {
    metadata: { name: "airflow-metadata", key: "connection" },
    /** The same database without the pool between: for what holds session locks or long transactions. */
    metadataDirect: { name: "airflow-metadata-direct", key: "connection" },
    fernet: { name: "airflow-fernet", key: "fernet-key" },
    /** The keys that the next deployment of Airflow gets: for what runs before, and must not use them unproved. */
    fernetGenerations: { name: "airflow-fernet-generations", key: "fernet-key" },
    apiSecret: { name: "airflow-api-secret", key: "api-secret-key" },
    jwt: { name: "airflow-jwt", key: "jwt-secret" },
    pgbouncerConfig: { name: "airflow-pgbouncer-config", ini: "pgbouncer.ini", users: "users.txt" },
    pgbouncerStats: { name: "airflow-pgbouncer-exporter", key: "connection" },
    /** No such Secret exists: the name keeps the chart from making one for a broker. */
    noBroker: "airflow-no-broker",
} as const;

/** The volume that keeps tasks' logs, where a stack has one, and where the image looks for logs. */
export const taskLogs = { claim: "airflow-task-logs", folder: "/opt/airflow/logs" } as const;

/** Where PgBouncer and the Jobs find the authority that signed the database server's certificate. */
export const databaseAuthority = { folder: "/etc/airflow-database", file: "ca.crt" } as const;
