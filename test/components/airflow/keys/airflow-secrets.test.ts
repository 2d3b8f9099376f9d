import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { AirflowSecrets } from "../../../../components/airflow/keys/airflow-secrets.ts";
import { defaultKeys, type KeyGenerations } from "../../../../components/airflow/keys/key-generations.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { underMocks } from "../../../support/mocks.ts";

const kinds = [
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    "random:index/randomString:RandomString",
    "kubernetes:core/v1:Secret",
];

async function secrets(keys: KeyGenerations = defaultKeys) {
    const { registered } = await underMocks(
        kinds,
        () =>
            new AirflowSecrets("secrets", {
                namespace: "airflow",
                database: {
                    host: "db.example.com",
                    port: 5432,
                    name: "metadata",
                    user: "airflow",
                    password: pulumi.secret("p@ss/word"),
                    authorityVolume: {},
                },
                pool: { server: 20, clients: 500 },
                keys,
            }),
    );
    return registered;
}

describe("AirflowSecrets", () => {
    it("names every Secret and key as the chart is told to look for them", async () => {
        const registered = await secrets();
        const found = registered.ofType("kubernetes:core/v1:Secret").map(({ name, inputs }) => {
            const { stringData } = inputs as unknown as { stringData: { value: object } };
            return [registered.input(name, "metadata.name"), Object.keys(stringData.value)];
        });
        assert.deepEqual(Object.fromEntries(found), {
            "airflow-fernet-generations": ["fernet-key"],
            "airflow-jwt": ["jwt-secret"],
            "airflow-api-secret": ["api-secret-key"],
            "airflow-metadata": ["connection"],
            "airflow-metadata-direct": ["connection"],
            "airflow-pgbouncer-exporter": ["connection"],
            "airflow-pgbouncer-config": ["pgbouncer.ini", "users.txt"],
        });
    });

    it("makes a Fernet key of 32 bytes in the alphabet that Fernet reads", async () => {
        const registered = await secrets();
        assert.deepEqual(registered.get("secrets-fernet-1").inputs, { length: 32 });
        const key = registered.secret("secrets-fernet-generations-secret", "stringData.fernet-key");
        assert.equal(key, madeUpValue("secrets-fernet-1", "base64").replace("+/", "-_"));
    });

    it("sends Airflow through the pool, and the migration to the server itself, verified", async () => {
        const registered = await secrets();
        assert.equal(
            registered.secret("secrets-metadata-secret", "stringData.connection"),
            // No query: Airflow derives a URL for asyncpg from it, which refuses the parameters of psycopg2.
            "postgresql+psycopg2://airflow:p%40ss%2Fword@airflow-pgbouncer.airflow.svc.cluster.local:6543/metadata",
        );
        assert.equal(
            registered.secret("secrets-metadata-direct-secret", "stringData.connection"),
            "postgresql+psycopg2://airflow:p%40ss%2Fword@db.example.com:5432/metadata" +
                "?sslmode=verify-full&sslrootcert=/etc/airflow-database/ca.crt",
        );
    });

    it("lets the pool log in as Airflow, and its exporter only look at the pool", async () => {
        const registered = await secrets();
        const stats = madeUpValue("secrets-pgbouncer-stats", "result");
        assert.equal(
            registered.secret("secrets-pgbouncer-config-secret", "stringData.users\\.txt"),
            `"airflow" "p@ss/word"\n"stats" "${stats}"\n`,
        );
        assert.equal(
            registered.secret("secrets-pgbouncer-stats-secret", "stringData.connection"),
            `postgresql://stats:${encodeURIComponent(stats)}@127.0.0.1:6543/pgbouncer?sslmode=disable`,
        );
    });

    it("makes no two of them alike", async () => {
        const registered = await secrets();
        const passwords = registered.ofType("random:index/randomPassword:RandomPassword");
        assert.deepEqual(passwords.map(({ name }) => name).sort(), [
            "secrets-api",
            "secrets-jwt-1",
            "secrets-pgbouncer-stats",
        ]);
        for (const { inputs } of passwords) {
            assert.ok(Number(inputs.length) >= 32);
        }
    });

    it("makes a key for each generation", async () => {
        const registered = await secrets({ fernet: { generations: [1, 3], encrypts: 3 }, jwt: 2 });
        const made = registered.ofType("random:index/randomBytes:RandomBytes").map(({ name }) => name);
        assert.deepEqual(made.sort(), ["secrets-fernet-1", "secrets-fernet-3"]);
        const [first, second] = registered
            .secret("secrets-fernet-generations-secret", "stringData.fernet-key")
            .split(",");
        assert.match(first ?? "", /secrets-fernet-3/);
        assert.match(second ?? "", /secrets-fernet-1>/);
        assert.equal(
            registered.secret("secrets-jwt-secret", "stringData.jwt-secret"),
            madeUpValue("secrets-jwt-2", "result"),
        );
    });

    it("takes the keys that were there before there were generations for the first", async () => {
        const registered = await secrets({ fernet: { generations: [1, 2], encrypts: 1 }, jwt: 1 });
        const formerly = (name: string) => JSON.stringify(registered.get(name).aliases);
        assert.match(formerly("secrets-fernet-1"), /"secrets-fernet"|::secrets-fernet"/);
        assert.match(formerly("secrets-jwt-1"), /"secrets-jwt"|::secrets-jwt"/);
        assert.equal(formerly("secrets-fernet-2"), "[]");
    });

    it("says by a word that tells nothing when the database is reached with something else", async () => {
        const registered = await secrets();
        assert.match(registered.secret("secrets-login-version", "keepers.secret"), /p%40ss%2Fword@db\.example\.com/);
    });
});
