import { chart, databaseAuthority } from "./names.ts";

/** Connections that PgBouncer keeps to the server, per replica. PostgreSQL allows 100 in all unless told otherwise. */
const poolSize = 20;

/** Connections that Airflow's processes may hold to PgBouncer, per replica. */
const maxClients = 500;

/** The user that may read PgBouncer's statistics and nothing else. */
export const statsUser = "stats";

/** `pgbouncer.ini`: one database, its server verified by name and authority. */
export function pgbouncerIni(database: { host: string; port: number; name: string }): string {
    const server = [
        `host=${quoted("host", database.host)}`,
        `port=${database.port}`,
        `dbname=${quoted("name", database.name)}`,
        `pool_size=${poolSize}`,
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
        `max_client_conn = ${maxClients}`,
        // Airflow's asynchronous driver prepares statements, which without this outlive the server connection.
        "max_prepared_statements = 100",
        // Sent by psycopg and by the exporter, and of no meaning to a pool.
        "ignore_startup_parameters = extra_float_digits",
        "server_tls_sslmode = verify-full",
        `server_tls_ca_file = ${databaseAuthority.folder}/${databaseAuthority.file}`,
        "",
    ].join("\n");
}

/** `users.txt`: passwords in the clear, because PgBouncer must prove them to the server in its turn. */
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

/** PgBouncer's files have no way to write a line break, so one would begin a setting of its own. */
function oneLine(field: string, value: string): string {
    if (/[\r\n\0]/.test(value)) {
        throw new Error(`The database's ${field} holds a line break: PgBouncer cannot read that. Choose another.`);
    }
    return value;
}
