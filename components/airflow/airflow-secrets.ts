import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { consoleUrl, type DatabaseConnection, directUrl, pooledUrl } from "./database-connection.ts";
import { secrets } from "./names.ts";
import { pgbouncerIni, pgbouncerUsers, statsUser } from "./pgbouncer-config.ts";

export interface AirflowSecretsArgs {
    namespace: pulumi.Input<string>;

    /** The metadata database. */
    database: DatabaseConnection;
}

/**
 * Every secret that Airflow's chart would make up at random at each rendering, as Secrets that the chart is given by
 * name: so no secret stands in Helm's values, and a second deployment changes nothing.
 */
export class AirflowSecrets extends pulumi.ComponentResource {
    constructor(name: string, args: AirflowSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AirflowSecrets", name, {}, opts);

        const { database } = args;
        const password = (suffix: string, length: number) =>
            new random.RandomPassword(`${name}-${suffix}`, { length, special: false }, { parent: this }).result;
        const secret = (suffix: string, secretName: string, stringData: Record<string, pulumi.Input<string>>) =>
            new k8s.core.v1.Secret(
                `${name}-${suffix}-secret`,
                {
                    metadata: { name: secretName, namespace: args.namespace },
                    stringData,
                },
                { parent: this },
            );

        const fernet = new random.RandomBytes(`${name}-fernet`, { length: 32 }, { parent: this });
        secret("fernet", secrets.fernet.name, { [secrets.fernet.key]: fernet.base64.apply(urlSafe) });

        secret("jwt", secrets.jwt.name, { [secrets.jwt.key]: password("jwt", 64) });

        secret("api", secrets.apiSecret.name, { [secrets.apiSecret.key]: password("api", 64) });

        secret("metadata", secrets.metadata.name, {
            [secrets.metadata.key]: database.password.apply((value) => pooledUrl(database, value)),
        });

        secret("metadata-direct", secrets.metadataDirect.name, {
            [secrets.metadataDirect.key]: pulumi
                .all([database.host, database.password])
                .apply(([host, value]) => directUrl({ ...database, host }, value)),
        });

        const statsPassword = password("pgbouncer-stats", 32);
        secret("pgbouncer-stats", secrets.pgbouncerStats.name, {
            [secrets.pgbouncerStats.key]: statsPassword.apply((value) => consoleUrl(statsUser, value)),
        });

        secret("pgbouncer-config", secrets.pgbouncerConfig.name, {
            [secrets.pgbouncerConfig.ini]: pulumi
                .output(database.host)
                .apply((host) => pgbouncerIni({ ...database, host })),
            [secrets.pgbouncerConfig.users]: pulumi.all([database.password, statsPassword]).apply(([own, stats]) =>
                pgbouncerUsers([
                    { user: database.user, password: own },
                    { user: statsUser, password: stats },
                ]),
            ),
        });

        this.registerOutputs({});
    }
}

/** Fernet wants the other of the two alphabets that base64 has. */
function urlSafe(base64: string): string {
    return base64.replaceAll("+", "-").replaceAll("/", "_");
}
