import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { awsPermissions, type AwsUse } from "../../components/airflow/aws-permissions.ts";
import {
    ownLookup,
    platformLookup,
    platformSecretsValues,
    readSecrets,
    secretsPathProblem,
    workerSecretsEnvironment,
} from "../../components/airflow/secrets-backend.ts";
import { madeUpAccount } from "../made-up-aws.ts";

const platform = { path: "airflow/platform", region: "eu-west-1", lookupPattern: platformLookup };
const own = { path: "airflow/tasks", region: "eu-west-1", lookupPattern: ownLookup };

describe("The platform's secrets", () => {
    it("are looked up by the API server and by no other component", () => {
        const values = platformSecretsValues(platform);
        assert.deepEqual(Object.keys(values), ["apiServer"]);
        const [backend, settings] = (values.apiServer as { env: { name: string; value: string }[] }).env;
        assert.deepEqual(backend, {
            name: "AIRFLOW__SECRETS__BACKEND",
            value: "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend",
        });
        assert.equal(settings?.name, "AIRFLOW__SECRETS__BACKEND_KWARGS");
        assert.deepEqual(JSON.parse(settings.value), {
            connections_prefix: "airflow/platform/connections",
            connections_lookup_pattern: "platform_.*",
            variables_prefix: "airflow/platform/variables",
            variables_lookup_pattern: "platform_.*",
            config_prefix: null,
            region_name: "eu-west-1",
        });
    });
});

describe("A task's own secrets", () => {
    it("are looked up by its own supervisor", () => {
        assert.deepEqual(
            workerSecretsEnvironment(own).map(({ name }) => name),
            ["AIRFLOW__WORKERS__SECRETS_BACKEND", "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS"],
        );
    });
});

describe("A folder of secrets", () => {
    it("needs no key's right where AWS's own key is used", () => {
        const statements = readSecrets({ account: madeUpAccount, path: "airflow/tasks" });
        assert.deepEqual(
            statements.map(({ actions }) => actions),
            [["secretsmanager:GetSecretValue"]],
        );
    });

    it("is refused when it could mean another", () => {
        assert.equal(secretsPathProblem("teams[0].secrets", "airflow/team-a"), undefined);
        for (const path of ["", "/airflow", "airflow/", "airflow//a", "airflow/*", "a?", "a b", "${aws:username}"]) {
            assert.match(String(secretsPathProblem("teams[0].secrets", path)), /^teams\[0\]\.secrets is "/, path);
        }
    });
});

describe("What Airflow's components may do in AWS", () => {
    const account = madeUpAccount;
    const components = (use: Partial<AwsUse>) => Object.keys(awsPermissions({ account, ...use }));
    const taskLogs = { bucketArn: "arn:aws:s3:::logs", keyArn: "arn:aws:kms:eu-west-1:1:key/k", prefix: "airflow" };

    it("follows what is used, and is nothing where nothing is", () => {
        assert.deepEqual(components({}), []);
        assert.deepEqual(components({ taskLogs }), ["api-server", "triggerer", "worker"]);
        assert.deepEqual(components({ platformSecrets: { path: "a" } }), ["api-server"]);
        assert.deepEqual(components({ taskSecrets: { path: "a" } }), ["worker"]);
        const database = { masterSecretArn: "arn:aws:secretsmanager:eu-west-1:1:secret:x", keyArn: taskLogs.keyArn };
        assert.deepEqual(components({ database }), ["database-admin"]);
    });

    it("has the same policies in a preview, where nothing is known of AWS", () => {
        const unknown = pulumi.output(pulumi.unknown as unknown as string);
        const previewed = awsPermissions({
            account: pulumi.output(pulumi.unknown as unknown as typeof account),
            taskLogs: { ...taskLogs, bucketArn: unknown, keyArn: unknown },
        });
        assert.deepEqual(Object.keys(previewed.worker?.policies ?? {}), ["logs"]);
    });
});
