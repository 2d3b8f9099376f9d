import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { awsPermissions, type AwsUse } from "../../../../components/airflow/aws-permissions.ts";
import {
    lookupIn,
    ownLookup,
    platformLookup,
    readSecrets,
    secretsPathProblem,
} from "../../../../components/airflow/secrets-backend/secrets-manager.ts";
import { madeUpAccount } from "../../../support/made-up-aws.ts";

describe("A lookup in AWS", () => {
    it("asks for connections and variables of one folder that match, and for no setting", () => {
        const { className, kwargs } = lookupIn({
            path: "airflow/platform",
            region: "eu-west-1",
            lookupPattern: platformLookup,
        });
        assert.equal(className, "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend");
        assert.deepEqual(JSON.parse(kwargs), {
            connections_prefix: "airflow/platform/connections",
            connections_lookup_pattern: "platform_.*",
            variables_prefix: "airflow/platform/variables",
            variables_lookup_pattern: "platform_.*",
            config_prefix: null,
            region_name: "eu-west-1",
        });
    });

    it("finds each id in one of two folders at most", () => {
        for (const id of ["platform_warehouse", "warehouse", "platform", "PLATFORM_x", "my_platform_x"]) {
            // Like Airflow's provider: from the start of the id, ignoring case.
            const found = [platformLookup, ownLookup].filter((pattern) => new RegExp(`^(?:${pattern})`, "i").test(id));
            assert.equal(found.length, 1, id);
        }
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
        assert.equal(secretsPathProblem("airflow/team-a"), undefined);
        for (const path of ["", "/airflow", "airflow/", "airflow//a", "airflow/*", "a?", "a b", "${aws:username}"]) {
            assert.deepEqual(secretsPathProblem(path)?.value, path);
        }
    });
});

describe("What Airflow's components may do in AWS", () => {
    const account = madeUpAccount;
    const components = (use: Partial<AwsUse>) => Object.keys(awsPermissions({ account, ...use }));
    const taskLogs = { bucketArn: "arn:aws:s3:::logs", keyArn: "arn:aws:kms:eu-west-1:1:key/k", prefix: "airflow" };

    it("follows what is used, and is nothing where nothing is", () => {
        assert.deepEqual(components({}), []);
        assert.deepEqual(components({ taskLogs }), ["api-server", "triggerer"]);
        assert.deepEqual(components({ platformSecrets: { path: "a" } }), ["api-server", "triggerer"]);
        const database = { masterSecretArn: "arn:aws:secretsmanager:eu-west-1:1:secret:x", keyArn: taskLogs.keyArn };
        assert.deepEqual(components({ database }), ["database-admin"]);
    });

    it("has the same policies in a preview, where nothing is known of AWS", () => {
        const unknown = pulumi.output(pulumi.unknown as unknown as string);
        const previewed = awsPermissions({
            account,
            taskLogs: { ...taskLogs, bucketArn: unknown, keyArn: unknown },
        });
        assert.deepEqual(Object.keys(previewed.triggerer?.policies ?? {}), ["logs"]);
    });
});
