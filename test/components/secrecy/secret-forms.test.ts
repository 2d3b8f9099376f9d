import assert from "node:assert/strict";

import { secretForm, withoutSecretForms } from "../../../components/secrecy/secret-forms.ts";
import { secretsWithin } from "../../../components/secrecy/secrets-within.ts";
import { withoutSecrets } from "../../../components/secrecy/without-secrets.ts";
import { canary, sampleSecrets } from "../../support/sample-secrets.ts";

/** What stands in configs and messages, and is no secret. */
const harmless = [
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n",
    Buffer.from("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n").toString("base64"),
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYH\n-----END PUBLIC KEY-----",
    "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    "https://github.com/example/dags.git",
    "https://reader@dev.azure.com/example/project/_git/dags",
    "ssh://git@git.example.com:2222/a.git",
    "git@git.example.com:a.git",
    "arn:aws:iam::123456789012:role/AKIA-like",
    "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    "registry.example.com/a:1.2.3@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "postgresql://airflow@db.example.com:5432/airflow?sslmode=verify-full",
    "postgresql://airflow:$(PASSWORD)@db.example.com/airflow",
    "postgresql://{{ .Values.user }}:{{ .Values.password }}@db/airflow",
    "redis://user:<password>@cache:6379",
    "2026-11-26T00:10:13Z https://airflow.example.com:8443/x@y",
    "the password is wrong, and the token has expired",
    "?passwordless=true&password_file=/x",
    "kind: ConfigMap\nclusters: none",
    "the platform team, platform-team@example.com",
    "#platform",
    "30 2 * * *",
    "v1.36.2",
];

describe("a secret's form", () => {
    for (const [what, text] of Object.entries(sampleSecrets)) {
        it(`is told of ${what}, which is shown nowhere`, () => {
            assert.ok(
                text.toUpperCase().includes(canary.toUpperCase()) || what.includes("base64"),
                "a sample without a canary",
            );
            const [found] = secretsWithin({ a: [{ b: text }] });
            assert.deepEqual(found?.path, ["a", 0, "b"]);
            for (const shown of [withoutSecrets(text), withoutSecrets(`before ${text} after`)]) {
                assert.ok(!shown.toUpperCase().includes(canary.toUpperCase()), shown);
                assert.ok(!shown.includes(text), shown);
            }
        });
    }

    for (const text of harmless) {
        it(`is not told of ${JSON.stringify(text)}`, () => {
            assert.equal(secretForm(text), undefined);
            assert.equal(withoutSecretForms(text, "[hidden]"), text);
            assert.deepEqual(secretsWithin(text), []);
        });
    }

    it("is looked for in a long text without going over it again and again", function () {
        this.timeout(20_000);
        for (const part of [
            "a",
            "://a:b",
            "\n \n",
            "-----BEGIN PRIVATE KEY-----",
            "eyJabcdef.",
            "?password=",
            "password ",
        ]) {
            withoutSecrets(part.repeat(Math.ceil(200_000 / part.length)));
        }
    });
});
