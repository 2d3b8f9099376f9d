import assert from "node:assert/strict";

import { isSecretName } from "../../../components/secrecy/secret-names.ts";
import { secretsWithin } from "../../../components/secrecy/secrets-within.ts";

const found = (value: unknown) => secretsWithin(value).map(({ path }) => path.join("."));

describe("the name of a secret", () => {
    for (const name of [
        ...["password", "DB_PASSWORD", "smtp_password", "adminPassword", "pass", "PGPASSWORD_passphrase", "secret"],
        ...["fernetKey", "FERNET_KEY", "AIRFLOW__CORE__FERNET_KEY", "webserverSecretKey", "jwtSecret", "clientSecret"],
        ...[
            "client_secret",
            "oauth2-client-secret",
            "apiKey",
            "API-KEY",
            "apikey",
            "secretKey",
            "token",
            "SLACK_BOT_TOKEN",
        ],
        ...["privateKey", "gitSshKey", "dsn", "SENTRY_DSN", "connection_string", "keyfile_dict", ".dockerconfigjson"],
    ]) {
        it(`is ${name}`, () => {
            assert.ok(isSecretName(name));
        });
    }

    for (const name of [
        ...["secretName", "passwordSecret", "passwordSecretName", "existingSecret", "imagePullSecrets", "tokenUrl"],
        ...["AIRFLOW__CORE__FERNET_KEY_CMD", "AIRFLOW__CORE__FERNET_KEY_SECRET", "password_file", "publicKey", "key"],
        ...[
            "topologyKey",
            "keyArn",
            "bypass",
            "compass",
            "tokenExpirationSeconds",
            "secretsPath",
            "monkey",
            "kubeconfig",
        ],
    ]) {
        it(`is not ${name}`, () => {
            assert.ok(!isSecretName(name));
        });
    }
});

describe("secrets in a map", () => {
    it("are found by name at any depth, in lists of variables too", () => {
        assert.deepEqual(
            found({
                a: { fernetKey: "x" },
                env: [
                    { name: "DB_PASSWORD", value: "x" },
                    { name: "DB_HOST", value: "x" },
                ],
                list: [{ deep: { api_key: "x" } }],
            }),
            ["a.fernetKey", "env.0.value", "list.0.deep.api_key"],
        );
    });

    it("are not what names the place of one", () => {
        assert.deepEqual(
            found({
                env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
                secret: [{ envName: "DB_PASSWORD", secretName: "db", secretKey: "password" }],
                automountServiceAccountToken: false,
                password: "",
                token: "{{ .Values.token }}",
                apiKey: "$(API_KEY)",
                privateKey: "/etc/keys/private.pem",
                encryptionKey: "arn:aws:kms:eu-central-1:123456789012:key/1",
                fernetKey: null,
            }),
            [],
        );
    });

    it("may be keys themselves, which are not shown", () => {
        const token = `${"ghp"}_${"a1".repeat(18)}`;
        assert.deepEqual(secretsWithin({ tags: { [token]: "x" } }), [
            { path: ["tags"], what: "a token of GitHub as a key" },
        ]);
    });
});
