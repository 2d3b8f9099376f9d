import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { consoleUrl, type DatabaseConnection, directUrl, pooledUrl } from "../database/database-connection.ts";
import { fernetOrder, type KeyGenerations } from "./key-generations.ts";
import { secrets } from "../names.ts";
import { pgbouncerIni, pgbouncerUsers, type PoolSize, statsUser } from "../database/pgbouncer-config.ts";
import { secretVersion } from "./secret-version.ts";

export interface AirflowSecretsArgs {
    namespace: pulumi.Input<string>;

    /** The metadata database. */
    database: DatabaseConnection;

    /** How many connections each PgBouncer takes and makes. */
    pool: PoolSize;

    /** Which keys there are. Plain, because it decides which resources exist. */
    keys: KeyGenerations;
}

/**
 * Every secret that Airflow's chart would make up at random at each rendering, as Secrets that the chart is given by
 * name: so no secret stands in Helm's values, and a second deployment changes nothing. All but the one with which Airflow
 * encrypts, see FernetSecret.
 */
export class AirflowSecrets extends pulumi.ComponentResource {
    /** A secret: the Fernet keys as Airflow wants them, the one that encrypts first. */
    public readonly fernetKeys: pulumi.Output<string>;
    /** Another word whenever what the database is reached with is another. It says nothing about it. */
    public readonly loginVersion: pulumi.Output<string>;

    constructor(name: string, args: AirflowSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:AirflowSecrets", name, {}, opts);

        const { database } = args;
        const password = (suffix: string, length: number, opts?: pulumi.CustomResourceOptions) =>
            new random.RandomPassword(
                `${name}-${suffix}`,
                { length, special: false },
                pulumi.mergeOptions({ parent: this }, opts),
            ).result;
        // The first generation, before there were others.
        const formerly = (key: string, generation: number) =>
            generation === 1 ? { aliases: [{ name: `${name}-${key}` }] } : {};
        const secret = (suffix: string, secretName: string, stringData: Record<string, pulumi.Input<string>>) =>
            new k8s.core.v1.Secret(
                `${name}-${suffix}-secret`,
                {
                    metadata: { name: secretName, namespace: args.namespace },
                    stringData,
                },
                { parent: this },
            );

        const fernet = (generation: number) =>
            new random.RandomBytes(
                `${name}-fernet-${generation}`,
                { length: 32 },
                pulumi.mergeOptions({ parent: this }, formerly("fernet", generation)),
            ).base64.apply(urlSafe);
        this.fernetKeys = pulumi.all(fernetOrder(args.keys.fernet).map(fernet)).apply((keys) => keys.join(","));
        secret("fernet-generations", secrets.fernetGenerations.name, {
            [secrets.fernetGenerations.key]: this.fernetKeys,
        });

        secret("jwt", secrets.jwt.name, {
            [secrets.jwt.key]: password(`jwt-${args.keys.jwt}`, 64, formerly("jwt", args.keys.jwt)),
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
                .apply((host) => pgbouncerIni({ ...database, host }, args.pool)),
            [secrets.pgbouncerConfig.users]: pulumi.all([database.password, statsPassword]).apply(([own, stats]) =>
                pgbouncerUsers([
                    { user: database.user, password: own },
                    { user: statsUser, password: stats },
                ]),
            ),
        });

        this.loginVersion = secretVersion(`${name}-login-version`, direct, { parent: this });

        this.registerOutputs({ fernetKeys: this.fernetKeys, loginVersion: this.loginVersion });
    }
}

/** Fernet wants the other of the two alphabets that base64 has. */
function urlSafe(base64: string): string {
    return base64.replaceAll("+", "-").replaceAll("/", "_");
}
