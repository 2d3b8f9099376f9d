import { type AirflowSizes, replicas, sizedComponents } from "../airflow-sizes.ts";
import { chart, databaseAuthority } from "../names.ts";

/** The numbers of connections of one PgBouncer. */
export interface PoolSize {
    /** Connections to the database server. */
    readonly server: number;
    /** Connections that it accepts from Airflow's processes. */
    readonly clients: number;
}

/** A process of Airflow opens up to 15 connections from its synchronous pool and 15 from its asynchronous pool. */
const clientsPerPod = 50;

/**
 * The server's connections are divided among the PgBouncers; each accepts enough clients to serve all of Airflow alone.
 */
export function poolSize(
    sizes: AirflowSizes,
    highAvailability: boolean,
    databaseConnections: number,
    isolatedTeams = 0,
): PoolSize {
    const components = sizedComponents
        .filter((component) => component !== "pgbouncer")
        .reduce((sum, component) => sum + replicas(sizes[component], highAvailability), 0);
    return {
        server: Math.floor(databaseConnections / replicas(sizes.pgbouncer, highAvailability)),
        // Each isolated team has a DAG processor and a triggerer of its own.
        clients: Math.max(500, clientsPerPod * (components + 2 * isolatedTeams)),
    };
}

/** Kubernetes' own grace for a pod, in seconds. The chart has no value for PgBouncer's, and none of its own. */
const podGraceSeconds = 30;

/** For the Service's endpoints to forget the pod, so that no client is sent to a pool that takes nobody any more. */
const forgottenSeconds = 3;

/** For transactions to end. A longer one is cut off, and Airflow tries again. */
const drainSeconds = 20;

/** For the proxy, after PgBouncer: what is left of the pod's grace, and a second for Kubernetes itself to act. */
const proxySeconds = podGraceSeconds - forgottenSeconds - drainSeconds - 1;

/**
 * How PgBouncer ends: it takes no new client, lets transactions end and goes, and then the proxy does. The chart's own
 * hook sleeps 120 s in a pod that Kubernetes kills after 30.
 */
export const pgbouncerShutdown = {
    lifecycle: {
        preStop: {
            exec: {
                command: [
                    "/bin/sh",
                    "-c",
                    // The hook ends with the container, which is when the last transaction is done.
                    `sleep ${forgottenSeconds}; killall -INT pgbouncer && sleep ${drainSeconds}`,
                ],
            },
        },
    },
    annotations: { "config.linkerd.io/shutdown-grace-period": `${proxySeconds}s` },
} as const;

/** The user that can read PgBouncer's statistics and nothing else. */
export const statsUser = "stats";

/** Connections to the server that one login of a team's may have, through one PgBouncer. */
const teamConnections = 3;

/**
 * `pgbouncer.ini`: one database, whose server is verified by host name and authority. Each user has a pool of its own, and
 * those of teams a small one.
 */
export function pgbouncerIni(
    database: { host: string; port: number; name: string },
    size: PoolSize,
    teamLogins: readonly string[] = [],
): string {
    const server = [
        `host=${quoted("host", database.host)}`,
        `port=${database.port}`,
        `dbname=${quoted("name", database.name)}`,
        `pool_size=${size.server}`,
    ].join(" ");
    return [
        "[databases]",
        `${doubleQuoted("name", database.name)} = ${server}`,
        "",
        "[pgbouncer]",
        "listen_addr = *",
        `listen_port = ${chart.pgbouncerPort}`,
        "auth_type = scram-sha-256",
        "auth_file = /etc/pgbouncer/users.txt",
        `stats_users = ${statsUser}`,
        "pool_mode = transaction",
        `max_client_conn = ${size.clients}`,
        // Airflow's asynchronous driver uses prepared statements. PgBouncer must track them across server connections.
        "max_prepared_statements = 100",
        // Sent by psycopg and by the exporter. PgBouncer would refuse the connection for it.
        "ignore_startup_parameters = extra_float_digits",
        "server_tls_sslmode = verify-full",
        `server_tls_ca_file = ${databaseAuthority.folder}/${databaseAuthority.file}`,
        "",
        ...(teamLogins.length === 0 ? [] : ["[users]", ...teamLogins.map(fewConnections), ""]),
    ].join("\n");
}

function fewConnections(login: string): string {
    return `${doubleQuoted("user", login)} = max_user_connections=${teamConnections}`;
}

/** `users.txt`, with plain-text passwords: PgBouncer needs them to log in to the server. */
export function pgbouncerUsers(users: readonly { user: string; password: string }[]): string {
    return users
        .map(({ user, password }) => `${doubleQuoted("user", user)} ${doubleQuoted("password", password)}\n`)
        .join("");
}

/** A value in a connection string: a quote is doubled. */
function quoted(field: string, value: string): string {
    return `'${oneLine(field, value).replaceAll("'", "''")}'`;
}

/** A name or password in users.txt or before the `=`: a double quote is doubled. */
function doubleQuoted(field: string, value: string): string {
    return `"${oneLine(field, value).replaceAll('"', '""')}"`;
}

/** PgBouncer's files cannot escape a line break, so one in a value would start another setting. */
function oneLine(field: string, value: string): string {
    if (/[\r\n\0]/.test(value)) {
        throw new Error(`The database's ${field} holds a line break: PgBouncer cannot read that. Choose another.`);
    }
    return value;
}
