import type * as pulumi from "@pulumi/pulumi";

import { type AuthorityVolume, chart, clusterHost, databaseAuthority } from "../names.ts";

/** The user, and the database that it logs in to. */
export interface DatabaseLogin {
    readonly user: string;
    readonly name: string;
}

/** How to reach and verify a PostgreSQL server. */
export interface DatabaseConnection extends DatabaseLogin {
    /** The server's host name. Unknown until the server is created. */
    readonly host: pulumi.Input<string>;
    readonly port: number;
    /** A secret. */
    readonly password: pulumi.Output<string>;
    /** A volume source with one file, `ca.crt`: the authority that signed the server's certificate. */
    readonly authorityVolume: AuthorityVolume;
}

/** The URL of the server itself, with its certificate verified. */
export function directUrl(
    database: DatabaseLogin & { readonly host: string; readonly port: number },
    password: string,
): string {
    const authority = `${databaseAuthority.folder}/${databaseAuthority.file}`;
    const address = url(driver, database, password, `${database.host}:${database.port}`);
    return `${address}?sslmode=verify-full&sslrootcert=${authority}`;
}

/**
 * The URL through PgBouncer. The mesh encrypts and authenticates this hop, and PgBouncer has no TLS here. Without
 * `sslmode=disable`, because Airflow derives a URL for asyncpg from it, and asyncpg refuses libpq's `sslmode`.
 */
export function pooledUrl(database: DatabaseLogin, password: string): string {
    return url(driver, database, password, `${clusterHost(chart.pgbouncerService)}:${chart.pgbouncerPort}`);
}

/** The URL of PgBouncer's console, for the metrics exporter in the same pod. */
export function consoleUrl(user: string, password: string): string {
    const login = { user, name: "pgbouncer" };
    return `${url("postgresql", login, password, `127.0.0.1:${chart.pgbouncerPort}`)}?sslmode=disable`;
}

/** Named, because the default driver of SQLAlchemy 2.1 is not in Airflow's image. */
const driver = "postgresql+psycopg2";

function url(scheme: string, login: DatabaseLogin, password: string, authority: string): string {
    const [user, secret, name] = [login.user, password, login.name].map(encodeURIComponent);
    return `${scheme}://${user}:${secret}@${authority}/${name}`;
}
