import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { AirflowSecrets } from "../../../../components/airflow/keys/airflow-secrets.ts";
import { FernetSecret } from "../../../../components/airflow/keys/fernet-secret.ts";
import { madeUpValue } from "../../../../rehearsal/recording/made-up.ts";
import { underMocks } from "../../../support/mocks.ts";
import { databaseKinds } from "../database/database-kinds.ts";

const kinds = [
    ...databaseKinds,
    "random:index/randomBytes:RandomBytes",
    "random:index/randomString:RandomString",
    "kubernetes:batch/v1:Job",
];

async function fernet(generations: number[], encrypts: number) {
    const keys = { fernet: { generations, encrypts }, jwt: 1 };
    const { registered } = await underMocks(kinds, () => {
        const secrets = new AirflowSecrets("secrets", {
            namespace: "airflow",
            database: {
                host: "db.example.com",
                port: 5432,
                name: "metadata",
                user: "airflow",
                password: pulumi.secret("hunter2"),
                authorityVolume: {},
            },
            pool: { server: 20, clients: 500 },
            keys,
        });
        return new FernetSecret("secrets-fernet", {
            namespace: "airflow",
            version: "3.3.2",
            databaseAuthority: { configMap: { name: "authority" } },
            fernet: keys.fernet,
            secrets,
        });
    });
    return registered;
}

describe("FernetSecret", () => {
    it("gives Airflow the key that encrypts, then the others", async () => {
        const registered = await fernet([1, 2], 2);
        assert.equal(registered.input("secrets-fernet-secret", "metadata.name"), "airflow-fernet");
        const keys = registered.secret("secrets-fernet-secret", "stringData.fernet-key").split(",");
        assert.deepEqual(
            keys,
            ["secrets-fernet-2", "secrets-fernet-1"].map((name) => madeUpValue(name, "base64").replace("+/", "-_")),
        );
    });

    it("changes the Secret only after a Job that saw everything with the new keys", async () => {
        const registered = await fernet([2, 1], 2);
        assert.ok(registered.dependenciesOf("secrets-fernet-secret").includes("secrets-fernet-check"));
        assert.equal(registered.input("secrets-fernet-check", "metadata.name"), "airflow-check-fernet-keys-1-2");
        const container = "spec.template.spec.containers.0";
        assert.deepEqual(registered.input("secrets-fernet-check", `${container}.env`), [
            {
                name: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
                valueFrom: { secretKeyRef: { name: "airflow-metadata-direct", key: "connection" } },
            },
            {
                name: "AIRFLOW__CORE__FERNET_KEY",
                // The Secret in use still has the old keys.
                valueFrom: { secretKeyRef: { name: "airflow-fernet-generations", key: "fernet-key" } },
            },
            { name: "GENERATIONS", value: "1, 2" },
        ]);
        assert.deepEqual((registered.input("secrets-fernet-check", `${container}.args`) as string[]).slice(0, 2), [
            "python",
            "-c",
        ]);
    });

    it("is the Secret that was once beside the keys, so that nobody is ever without one", async () => {
        const registered = await fernet([1], 1);
        assert.equal(registered.parentOf("secrets-fernet-secret"), "secrets-fernet");
        const { aliases } = registered.get("secrets-fernet-secret");
        assert.match(JSON.stringify(aliases), /AirflowSecrets::secrets"/);
    });
});
