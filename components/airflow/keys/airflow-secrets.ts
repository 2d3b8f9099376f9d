import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { consoleUrl, type DatabaseConnection, directUrl, pooledUrl } from "../database/database-connection.ts";
import { fernetKeys } from "./fernet-keys.ts";
import { firstGenerationAlias, type KeyGenerations } from "./key-generations.ts";
import { secrets } from "../names.ts";
import { pgbouncerIni, pgbouncerUsers, type PoolSize, statsUser } from "../database/pgbouncer-config.ts";
import { secretVersion } from "./secret-version.ts";

export interface AirflowSecretsArgs {
    namespace: pulumi.Input<string>;

    /** The metadata database. */
    database: DatabaseConnection;

    /** The numbers of connections of each PgBouncer. */
    pool: PoolSize;

    /** The generations of keys. Plain, because it decides which resources exist. */
    keys: KeyGenerations;

    /** Passwords of teams' logins, by login. Defaults to none. */
    teamPasswords?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The Secrets that Airflow's chart would otherwise generate at random with each rendering. The chart gets their names,
 * so Helm's values hold no secret and a second deployment changes nothing. The Secret that Airflow encrypts with is
 * made by FernetSecret.
 */
export class AirflowSecrets extends pulumi.ComponentResource {
    /** A secret: the Fernet keys as Airflow reads them, the one that encrypts first. */
    public readonly fernetKeys: pulumi.Output<string>;
    /** A value that changes with the login to the database and reveals nothing about it. */
    public readonly loginVersion: pulumi.Output<string>;

    constructor(name: string, args: AirflowSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AirflowSecrets", name, {}, opts);

        const { database, teamPasswords = {} } = args;
        const password = (suffix: string, length: number, opts?: pulumi.CustomResourceOptions) =>
            new random.RandomPassword(
                `${name}-${suffix}`,
                { length, special: false },
                pulumi.mergeOptions({ parent: this }, opts),
            ).result;
        const secret = (suffix: string, secretName: string, stringData: Record<string, pulumi.Input<string>>) =>
            new k8s.core.v1.Secret(
                `${name}-${suffix}-secret`,
                {
                    metadata: { name: secretName, namespace: args.namespace },
                    stringData,
                },
                { parent: this },
            );

        this.fernetKeys = fernetKeys(`${name}-fernet`, args.keys.fernet, { parent: this });
        secret("fernet-generations", secrets.fernetGenerations.name, {
            [secrets.fernetGenerations.key]: this.fernetKeys,
        });

        secret("jwt", secrets.jwt.name, {
            [secrets.jwt.key]: password(`jwt-${args.keys.jwt}`, 64, firstGenerationAlias(`${name}-jwt`, args.keys.jwt)),
        });

        secret("api", secrets.apiSecret.name, { [secrets.apiSecret.key]: password("api", 64) });

        secret("metadata", secrets.metadata.name, {
            [secrets.metadata.key]: database.password.apply((value) => pooledUrl(database, value)),
        });

        const direct = pulumi
            .all([database.host, database.password])
            .apply(([host, value]) => directUrl({ ...database, host }, value));
        secret("metadata-direct", secrets.metadataDirect.name, { [secrets.metadataDirect.key]: direct });

        const statsPassword = password("pgbouncer-stats", 32);
        secret("pgbouncer-stats", secrets.pgbouncerStats.name, {
            [secrets.pgbouncerStats.key]: statsPassword.apply((value) => consoleUrl(statsUser, value)),
        });

        secret("pgbouncer-config", secrets.pgbouncerConfig.name, {
            [secrets.pgbouncerConfig.ini]: pulumi
                .output(database.host)
                .apply((host) => pgbouncerIni({ ...database, host }, args.pool, Object.keys(teamPasswords))),
            [secrets.pgbouncerConfig.users]: pulumi
                .all([database.password, statsPassword, pulumi.output(teamPasswords)])
                .apply(([own, stats, ofTeams]) =>
                    pgbouncerUsers([
                        { user: database.user, password: own },
                        { user: statsUser, password: stats },
                        ...Object.entries(ofTeams).map(([user, password]) => ({ user, password })),
                    ]),
                ),
        });

        this.loginVersion = secretVersion(`${name}-login-version`, direct, { parent: this });

        this.registerOutputs({ fernetKeys: this.fernetKeys, loginVersion: this.loginVersion });
    }
}
