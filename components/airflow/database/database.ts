import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { type DatabaseConnection } from "./database-connection.ts";
import { databaseAuthorityVolume } from "./database-authority.ts";
import { clusterHost, databaseAuthority } from "../names.ts";
import { postgresPort } from "./postgres-pod.ts";
import { PostgresServer, postgresService, postgresTlsSecret } from "./postgres-server.ts";
import { type RdsDatabase, rdsDatabase } from "./rds-database.ts";

/** Kinds of metadata database. */
export const DatabaseKind = {
    /** A PostgreSQL server that we run in the cluster: one pod, no backup, for development. */
    inCluster: "in-cluster",
    /** A PostgreSQL server that somebody else runs. */
    external: "external",
    /** A PostgreSQL server of RDS, on which we create Airflow's user and database. */
    rds: "rds",
} as const;

export interface InClusterDatabase {
    kind: typeof DatabaseKind.inCluster;
    /** Size of the volume, in gibibytes. */
    storageGb: number;
    /** The server's image. Defaults to the official one. */
    image?: string | undefined;
}

export interface ExternalDatabase {
    kind: typeof DatabaseKind.external;
    /** The server's host name, which its certificate must contain. */
    host: string;
    port: number;
    /** The database on the server, which must exist. */
    name: string;
    user: string;
    /** The user's password. A secret. */
    password: pulumi.Input<string>;
    /** The authority that signed the server's certificate, as PEM. */
    authorityPem: string;
}

export interface DatabaseArgs {
    namespace: pulumi.Input<string>;

    /** Which database. Plain, because it decides which resources exist. */
    database: InClusterDatabase | ExternalDatabase | RdsDatabase;

    /** Teams that have logins of their own, as TeamLogins makes them. Plain, because a Job is named after them. Defaults to
     * none. */
    teams?: readonly string[];
}

/** Airflow's metadata database. Whatever its kind, the server's certificate is verified. */
export class Database extends pulumi.ComponentResource {
    public readonly connection: DatabaseConnection;

    constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:Database", name, {}, opts);

        this.connection = connectionTo(name, args, { parent: this });

        this.registerOutputs({});
    }
}

function connectionTo(
    name: string,
    { namespace, database, teams = [] }: DatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
): DatabaseConnection {
    switch (database.kind) {
        case DatabaseKind.inCluster:
            return inCluster(name, namespace, database, opts);
        case DatabaseKind.external:
            return external(name, namespace, database, opts);
        case DatabaseKind.rds:
            return rdsDatabase(name, namespace, database, teams, opts);
    }
}

function inCluster(
    name: string,
    namespace: pulumi.Input<string>,
    database: InClusterDatabase,
    opts: pulumi.ComponentResourceOptions,
): DatabaseConnection {
    const login = { user: "airflow", name: "airflow" };
    const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, opts).result;
    new PostgresServer(
        `${name}-postgres`,
        {
            namespace,
            login,
            password,
            storageGb: database.storageGb,
            image: database.image,
        },
        opts,
    );
    return {
        ...login,
        host: clusterHost(postgresService),
        port: postgresPort,
        password,
        authorityVolume: {
            secret: {
                secretName: postgresTlsSecret,
                // Only the authority. The server's private key is in the same Secret.
                items: [{ key: "ca.crt", path: databaseAuthority.file }],
            },
        },
    };
}

function external(
    name: string,
    namespace: pulumi.Input<string>,
    database: ExternalDatabase,
    opts: pulumi.ComponentResourceOptions,
): DatabaseConnection {
    return {
        host: database.host,
        port: database.port,
        name: database.name,
        user: database.user,
        password: pulumi.secret(database.password),
        authorityVolume: databaseAuthorityVolume(name, namespace, database.authorityPem, opts).volume,
    };
}
