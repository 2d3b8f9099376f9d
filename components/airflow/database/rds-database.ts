import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { databaseAuthorityVolume } from "./database-authority.ts";
import { type DatabaseConnection } from "./database-connection.ts";
import { DatabaseRole } from "./database-role.ts";

export interface RdsDatabase {
    kind: "rds";
    /** The server, as RdsServer makes it. */
    server: { host: pulumi.Input<string>; port: number; masterSecretArn: pulumi.Input<string> };
    /** The authority that signs certificates of RDS's servers in the region, as PEM. */
    authorityPem: string;
    /**
     * The role under which the user is made, once the service account airflow-database-admin can have it. Nothing of the
     * database is made before.
     */
    adminRoleArn: pulumi.Input<string>;
    /** What that service account must carry for it: nothing with Pod Identity. */
    adminAnnotations: pulumi.Input<Record<string, string>>;
    /** Airflow's version, in whose image the user is made. Plain, because a Job is named after it. */
    version: string;
    /** Raise it to give the user a new password. Plain, because a Job is named after it. Defaults to 1. */
    passwordGeneration?: number;
}

/** Makes Airflow's user and database on a server of RDS. */
export function rdsDatabase(
    name: string,
    namespace: pulumi.Input<string>,
    database: RdsDatabase,
    opts: pulumi.ComponentResourceOptions,
): DatabaseConnection {
    const login = { user: "airflow", name: "airflow" };
    const passwordGeneration = database.passwordGeneration ?? 1;
    const password = new random.RandomPassword(
        `${name}-password`,
        {
            length: 32,
            special: false,
            // Another generation, another password.
            keepers: { generation: `${passwordGeneration}` },
        },
        opts,
    ).result;
    const authority = databaseAuthorityVolume(name, namespace, database.authorityPem, opts);
    const role = new DatabaseRole(
        `${name}-role`,
        {
            namespace,
            login,
            password,
            passwordGeneration,
            server: {
                ...database.server,
                // A pod that starts before its account has the role cannot come by it later.
                host: pulumi.all([database.server.host, database.adminRoleArn]).apply(([host]) => host),
            },
            authority: authority.volume,
            serviceAccountAnnotations: database.adminAnnotations,
            version: database.version,
        },
        pulumi.mergeOptions(opts, { dependsOn: [authority.object] }),
    );
    return { ...login, host: role.host, port: database.server.port, password, authorityVolume: authority.volume };
}
