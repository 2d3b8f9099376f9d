import type * as pulumi from "@pulumi/pulumi";

import { type AuthorityVolume, chart, clusterHost, databaseAuthority } from "../names.ts";

/** Who logs in, and to which database of the server. */
export interface DatabaseLogin {
    readonly user: string;
    readonly name: string;
}

/** How to reach and verify a PostgreSQL server. */
export interface DatabaseConnection extends DatabaseLogin {
    /** The server's name. One that is still to be made has none yet. */
    readonly host: pulumi.Input<string>;
    readonly port: number;
    /** A secret. */
    readonly password: pulumi.Output<string>;
    /** A volume source with one file, `ca.crt`: the authority that signed the server's certificate. */
    readonly authorityVolume: AuthorityVolume;
}

/** The address of the server itself, its certificate verified. */
export function directUrl(
    database: DatabaseLogin & { readonly host: string; readonly port: number },
    password: string,
): string {
    const authority = `${databaseAuthority.folder}/${databaseAuthority.file}`;
    const address = url(driver, database, password, `${database.host}:${database.port}`);
    return `${address}?sslmode=verify-full&sslrootcert=${authority}`;
}

/**
 * The address through PgBouncer. The mesh encrypts and authenticates this hop, and PgBouncer offers no TLS of its own.
 * Nothing says so here: Airflow makes a second address of it, for asyncpg, which refuses libpq's `sslmode`.
 */
export function pooledUrl(database: DatabaseLogin, password: string): string {
    return url(driver, database, password, `${clusterHost(chart.pgbouncerService)}:${chart.pgbouncerPort}`);
}

/** PgBouncer's own console, for the exporter beside it in the pod. */
export function consoleUrl(user: string, password: string): string {
    const login = { user, name: "pgbouncer" };
    return `${url("postgresql", login, password, `127.0.0.1:${chart.pgbouncerPort}`)}?sslmode=disable`;
}

/** Without its name SQLAlchemy chooses, from 2.1 on a driver that Airflow does not bring. */
const driver = "postgresql+psycopg2";

function url(scheme: string, login: DatabaseLogin, password: string, authority: string): string {
    const [user, secret, name] = [login.user, password, login.name].map(encodeURIComponent);
    return `${scheme}://${user}:${secret}@${authority}/${name}`;
}
