import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { after } from "../../after.ts";
import { type AirflowImage } from "../airflow-image.ts";
import { databaseAuthorityVolume } from "./database-authority.ts";
import { type DatabaseConnection } from "./database-connection.ts";
import { DatabaseRole } from "./database-role.ts";

export interface RdsDatabase {
    kind: "rds";
    /** The server, as RdsServer makes it. */
    server: { host: pulumi.Input<string>; port: number; masterSecretArn: pulumi.Input<string> };
    /** The authorities that sign the certificates of RDS servers in the region, as PEM. */
    authorityPem: string;
    /**
     * ARN of the role of the Job that creates the user. Must resolve only once the service account
     * airflow-database-admin can assume the role: the Job waits for it.
     */
    adminRoleArn: pulumi.Input<string>;
    /** Annotations of that service account, which IRSA needs. None with Pod Identity. */
    adminAnnotations: pulumi.Input<Record<string, string>>;
    /** Airflow's version, whose image the Job runs. Plain, because the Job is named after it. */
    version: string;
    /** The image that the Job runs, where it is not Airflow's official one. Plain, because the Job is named after it. */
    image?: AirflowImage | undefined;
    /** Raise it to give the user a new password. Plain, because the Job is named after it. Defaults to 1. */
    passwordGeneration?: number;
}

/** Creates Airflow's user and database on a server of RDS. */
export function rdsDatabase(
    name: string,
    namespace: pulumi.Input<string>,
    database: RdsDatabase,
    teams: readonly string[],
    opts: pulumi.ComponentResourceOptions,
): DatabaseConnection {
    const login = { user: "airflow", name: "airflow" };
    const passwordGeneration = database.passwordGeneration ?? 1;
    const password = new random.RandomPassword(
        `${name}-password`,
        {
            length: 32,
            special: false,
            // A new generation gives a new password.
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
                // Credentials are injected when a pod starts: a pod that starts before the role is bound never gets
                // any.
                host: after([database.adminRoleArn], database.server.host),
            },
            authority: authority.volume,
            serviceAccountAnnotations: database.adminAnnotations,
            version: database.version,
            settings: { image: database.image },
            teams,
        },
        pulumi.mergeOptions(opts, { dependsOn: [authority.object] }),
    );
    return { ...login, host: role.host, port: database.server.port, password, authorityVolume: authority.volume };
}
