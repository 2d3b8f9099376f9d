import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { defaultKeys } from "../../../../components/airflow/keys/key-generations.ts";
import { AirflowSecrets } from "../../../../components/airflow/keys/airflow-secrets.ts";
import { Database } from "../../../../components/airflow/database/database.ts";
import { type RdsDatabase } from "../../../../components/airflow/database/rds-database.ts";
import { databaseRoleDigest, databaseRoleScript } from "../../../../components/airflow/database/database-role-pod.ts";
import { UNKNOWN } from "../../../../rehearsal/engine/values/property.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { underMocks, unknown, value, waitedFor } from "../../../support/mocks.ts";

const kinds = [
    "random:index/randomPassword:RandomPassword",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:batch/v1:Job",
];
const host = "prod-airflow.abc123.eu-west-1.rds.amazonaws.com";
const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!prod-airflow-AbCdEf";

const rds = (changes: Partial<RdsDatabase> = {}): RdsDatabase => ({
    kind: "rds",
    server: { host, port: 5432, masterSecretArn: secretArn },
    authorityPem: "roots of the region",
    adminRoleArn: "arn:aws:iam::123456789012:role/prod-airflow-airflow-database-admin",
    adminAnnotations: {},
    version: "3.3.2",
    ...changes,
});

const database = (changes: Partial<RdsDatabase> = {}, options = {}) =>
    underMocks(kinds, () => new Database("database", { namespace: "airflow", database: rds(changes) }), options);

const job = "database-role-job";
const pod = "spec.template.spec";

describe("Database in RDS", () => {
    it("is Airflow's own user and database on the server, by a connection that only comes after the Job", async () => {
        const { made } = await database();
        const { user, name, port } = made.connection;
        assert.deepEqual([user, name, port], ["airflow", "airflow", 5432]);
        const connected = pulumi.output(made.connection.host);
        assert.equal(await value(connected), host);
        assert.ok((await waitedFor(connected)).includes(job));
    });

    it("keeps the user's password secret, and gives it to the Job by a file", async () => {
        const { made, registered } = await database();
        const password = madeUpValue("database-password", "result");
        assert.equal(registered.secret("database-role-password", "stringData.password"), password);
        assert.equal(await value(made.connection.password), password);
        assert.ok(await pulumi.isSecret(made.connection.password));
        assert.ok(!JSON.stringify(registered.input(job, "spec")).includes(password));
        assert.equal(registered.input(job, `${pod}.volumes.1.secret.secretName`), "airflow-database-role");
    });

    it("runs the script as it stands, in Airflow's own image", async () => {
        const { registered } = await database();
        assert.deepEqual(registered.get("database-role-script").inputs.data, {
            "database_role.py": databaseRoleScript,
        });
        assert.equal(registered.input(job, `${pod}.containers.0.image`), "apache/airflow:3.3.2");
        assert.deepEqual(registered.input(job, `${pod}.containers.0.args`), [
            "python",
            "/opt/database-role/database_role.py",
        ]);
        assert.equal(registered.input(job, `${pod}.containers.0.volumeMounts.0.mountPath`), "/opt/database-role");
    });

    it("tells the script all that it reads from its environment", async () => {
        const { registered } = await database();
        const env = registered.input(job, `${pod}.containers.0.env`) as { name: string; value: string }[];
        const read = [...databaseRoleScript.matchAll(/os\.environ\["(\w+)"\]/g)].map(([, name]) => name);
        assert.ok(read.length >= 7);
        assert.deepEqual(env.map(({ name }) => name).sort(), read.sort());
        assert.deepEqual(Object.fromEntries(env.map(({ name, value }) => [name, value])), {
            DATABASE_HOST: host,
            DATABASE_PORT: "5432",
            DATABASE_ROLE: "airflow",
            DATABASE_NAME: "airflow",
            DATABASE_AUTHORITY: "/etc/airflow-database/ca.crt",
            DATABASE_PASSWORD_FILE: "/etc/database-role/password",
            MASTER_SECRET_ARN: secretArn,
        });
    });

    it("runs it under an account of its own, with a role in AWS and no right in the cluster, as an ordinary user", async () => {
        const { registered } = await database({ adminAnnotations: { "eks.amazonaws.com/role-arn": "arn" } });
        assert.equal(registered.input("database-role-account", "metadata.name"), "airflow-database-admin");
        assert.equal(registered.input(job, `${pod}.serviceAccountName`), "airflow-database-admin");
        assert.equal(registered.input("database-role-account", "automountServiceAccountToken"), false);
        assert.equal(registered.input(job, `${pod}.automountServiceAccountToken`), false);
        assert.deepEqual(registered.input("database-role-account", "metadata.annotations"), {
            "eks.amazonaws.com/role-arn": "arn",
        });
        assert.equal(registered.input(job, `${pod}.securityContext.runAsNonRoot`), true);
    });

    it("starts the Job only once its account can have its role, and the authority is there", async () => {
        const { registered } = await database({ adminRoleArn: unknown<string>() }, { preview: true });
        // The server's address is known, but the Job takes it only once the role is there.
        assert.equal(registered.input(job, `${pod}.containers.0.env.0.value`), UNKNOWN);
        assert.equal(registered.input(job, `${pod}.containers.0.env.6.value`), secretArn);
        assert.ok(registered.dependenciesOf("database-role").includes("database-authority"));
        assert.deepEqual(registered.get("database-authority").inputs.data, { "ca.crt": "roots of the region" });
    });

    it("is another Job for another version or another password, and else the same", async () => {
        const name = async (changes: Partial<RdsDatabase>) =>
            (await database(changes)).registered.input(job, "metadata.name");
        const first = await name({});
        assert.equal(await name({ passwordGeneration: 1 }), first);
        assert.notEqual(await name({ passwordGeneration: 2 }), first);
        assert.notEqual(await name({ version: "3.3.3" }), first);
        assert.match(String(first), /^airflow-database-role-[0-9a-f]{10}$/);
        const login = { user: "airflow", name: "airflow" };
        assert.notEqual(
            databaseRoleDigest({ ...login, name: "other" }, "3.3.2", 1),
            databaseRoleDigest(login, "3.3.2", 1),
        );
    });

    it("makes another password for another generation", async () => {
        const keepers = async (changes: Partial<RdsDatabase>) =>
            (await database(changes)).registered.input("database-password", "keepers");
        assert.deepEqual(await keepers({}), { generation: "1" });
        assert.deepEqual(await keepers({ passwordGeneration: 2 }), { generation: "2" });
    });

    it("reaches Airflow by Secrets, its server verified", async () => {
        const { registered } = await underMocks(
            [...kinds, "random:index/randomBytes:RandomBytes", "random:index/randomString:RandomString"],
            () => {
                const { connection } = new Database("database", { namespace: "airflow", database: rds() });
                return new AirflowSecrets("secrets", {
                    namespace: "airflow",
                    database: connection,
                    pool: { server: 20, clients: 500 },
                    keys: defaultKeys,
                });
            },
        );
        const direct = registered.secret("secrets-metadata-direct-secret", "stringData.connection");
        assert.ok(
            direct.includes(`@${host}:5432/airflow?sslmode=verify-full&sslrootcert=/etc/airflow-database/ca.crt`),
        );
        const ini = String(registered.input("secrets-pgbouncer-config-secret", "stringData.pgbouncer\\.ini"));
        assert.ok(
            registered
                .secret("secrets-pgbouncer-config-secret", "stringData.pgbouncer\\.ini")
                .includes(`host='${host}'`),
            ini,
        );
    });

    it("is registered whole in a first preview, with nothing known", async () => {
        const names = async (changes: Partial<RdsDatabase>, preview: boolean) =>
            (await database(changes, { preview })).registered.resources.map(({ name }) => name).sort();
        const server = { host: unknown<string>(), port: 5432, masterSecretArn: unknown<string>() };
        const changes = {
            server,
            adminRoleArn: unknown<string>(),
            adminAnnotations: unknown<Record<string, string>>(),
        };
        assert.deepEqual(await names(changes, true), await names({}, false));
    });
});
