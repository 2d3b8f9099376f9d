import type * as pulumi from "@pulumi/pulumi";

import { chart, clusterHost, databaseAuthority } from "./names.ts";

/** Who logs in, and to which database of the server. */
export interface DatabaseLogin {
    readonly user: string;
    readonly name: string;
}

/** How to reach and verify a PostgreSQL server. */
export interface DatabaseConnection extends DatabaseLogin {
    readonly host: string;
    readonly port: number;
    /** A secret. */
    readonly password: pulumi.Output<string>;
    /** A volume source with one file, `ca.crt`: the authority that signed the server's certificate. */
    readonly authorityVolume: AuthorityVolume;
}

/**
 * The part of a volume that says where it comes from, as pods and charts both write it. Plain, so that a preview knows
 * the whole of the chart's values; whoever mounts it waits for the database.
 */
export interface AuthorityVolume {
    readonly secret?: { secretName: string; items: { key: string; path: string }[] };
    readonly configMap?: { name: string };
}

/** The address of the server itself, its certificate verified. */
export function directUrl(
    database: Omit<DatabaseConnection, "password" | "authorityVolume">,
    password: string,
): string {
    const authority = `${databaseAuthority.folder}/${databaseAuthority.file}`;
    return url(database, password, `${database.host}:${database.port}`, `sslmode=verify-full&sslrootcert=${authority}`);
}

/** The address through PgBouncer. The mesh encrypts and authenticates this hop, so TLS would be a second time. */
export function pooledUrl(database: DatabaseLogin, password: string): string {
    return url(database, password, `${clusterHost(chart.pgbouncerService)}:${chart.pgbouncerPort}`, "sslmode=disable");
}

/** PgBouncer's own console, for the exporter beside it in the pod. */
export function consoleUrl(user: string, password: string): string {
    return url({ user, name: "pgbouncer" }, password, `127.0.0.1:${chart.pgbouncerPort}`, "sslmode=disable");
}

function url(login: DatabaseLogin, password: string, authority: string, query: string): string {
    const [user, secret, name] = [login.user, password, login.name].map(encodeURIComponent);
    return `postgresql://${user}:${secret}@${authority}/${name}?${query}`;
}
