import assert from "node:assert/strict";

import { Account, config, type StateResource } from "./account.ts";

describe("examples/bootstrap", function () {
    // Each run starts the program, which takes seconds on a quiet machine.
    this.timeout(600_000);

    let account: Account;
    before(async () => (account = await Account.open()));
    after(() => account.close());

    const named = (resources: readonly StateResource[], name: string): StateResource => {
        const found = resources.filter(({ urn }) => urn.endsWith(`::${name}`));
        assert.equal(found.length, 1, `there must be one ${name}`);
        return found[0] as StateResource;
    };

    it("previews in an empty account, where nothing is known", async () => {
        const { ok, changes, outputs } = await account.preview();
        assert.ok(ok, account.shown);
        assert.ok(changes.create > 40, String(changes.create));
        assert.equal(outputs.previewRoleArn, "[unknown]");
        assert.equal(outputs.backendUrl, "s3://airflow-linkerd-state-123456789012?region=eu-central-1");
    });

    it("makes what the preview said, and says where it is", async () => {
        const planned = await account.preview();
        const { ok, changes, outputs } = await account.up();
        assert.ok(ok, account.shown);
        assert.equal(changes.create, planned.changes.create);
        assert.deepEqual(outputs, {
            backendUrl: "s3://airflow-linkerd-state-123456789012?region=eu-central-1",
            previewRoleArn: "arn:aws:iam::123456789012:role/airflow-linkerd-preview",
            environments: {
                staging: {
                    deployRoleArn: "arn:aws:iam::123456789012:role/airflow-linkerd-deploy-staging",
                    permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/airflow-linkerd-boundary-staging",
                    serviceBoundaryArn: "arn:aws:iam::123456789012:policy/airflow-linkerd-service-boundary-staging",
                    secretsProviderUrl: "awskms://alias/airflow-linkerd-secrets-staging?region=eu-central-1",
                },
                prod: {
                    deployRoleArn: "arn:aws:iam::123456789012:role/airflow-linkerd-deploy-prod",
                    driftRoleArn: "arn:aws:iam::123456789012:role/airflow-linkerd-drift-prod",
                    permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/airflow-linkerd-boundary-prod",
                    serviceBoundaryArn: "arn:aws:iam::123456789012:policy/airflow-linkerd-service-boundary-prod",
                    secretsProviderUrl: "awskms://alias/airflow-linkerd-secrets-prod?region=eu-central-1",
                },
            },
        });
    });

    it("changes nothing the second time", async () => {
        const { ok, changes } = await account.up();
        assert.ok(ok, account.shown);
        const { same, ...others } = changes;
        assert.ok(same > 40);
        assert.deepEqual(others, { create: 0, update: 0, replace: 0, delete: 0, read: 0 });
    });

    it("refuses to delete what holds the state or opens it", async () => {
        const held = (await account.resources())
            .filter(({ protect }) => protect)
            .map(({ urn }) => urn.split("::").at(-1));
        assert.deepEqual(held.sort(), [
            "prod-deployer-boundary",
            "prod-deployer-service-boundary",
            "prod-secrets-key",
            "staging-deployer-boundary",
            "staging-deployer-service-boundary",
            "staging-secrets-key",
            "state-bucket",
            "state-encryption-key",
            "state-versioning",
        ]);
    });

    it("closes, versions and encrypts the bucket, and forgets old versions", async () => {
        const resources = await account.resources();
        const { bucket, ...closed } = named(resources, "state-public-access").inputs;
        assert.equal(bucket, "airflow-linkerd-state-123456789012");
        assert.deepEqual(Object.values(closed), [true, true, true, true]);
        assert.deepEqual(named(resources, "state-versioning").inputs.versioningConfiguration, { status: "Enabled" });
        assert.deepEqual(named(resources, "state-ownership").inputs.rule, { objectOwnership: "BucketOwnerEnforced" });
        const key = named(resources, "state-encryption-key");
        assert.deepEqual(named(resources, "state-sse").inputs.rules, [
            {
                applyServerSideEncryptionByDefault: { kmsMasterKeyId: key.outputs?.arn, sseAlgorithm: "aws:kms" },
                bucketKeyEnabled: true,
            },
        ]);
        const [rule] = named(resources, "state-lifecycle").inputs.rules as Record<string, unknown>[];
        assert.deepEqual(rule?.noncurrentVersionExpiration, { newerNoncurrentVersions: 10, noncurrentDays: 90 });
    });

    it("rotates every key", async () => {
        const keys = (await account.resources()).filter(({ type }) => type === "aws:kms/key:Key");
        assert.equal(keys.length, 3);
        assert.deepEqual(new Set(keys.map(({ inputs }) => inputs.enableKeyRotation)), new Set([true]));
    });

    it("goes only to the account that was named", async () => {
        const provider = (await account.resources()).find(({ type }) => type === "pulumi:providers:aws");
        assert.equal(provider?.inputs.allowedAccountIds, JSON.stringify(["123456789012"]));
    });

    it("says all that is wrong, and changes nothing", async () => {
        const { ok } = await account.preview({ ...config, accountId: "12", region: "somewhere" });
        assert.ok(!ok);
        assert.match(account.shown, /The config of stack account has 2 problems\. Nothing was changed\./);
        assert.match(account.shown, /airflow-linkerd-bootstrap:accountId is "12": it must be 12 digits/);
        assert.doesNotMatch(account.shown, /\.ts:\d+/, "a stack trace helps nobody here");
        assert.doesNotMatch(account.shown, /aws:/);
    });
});
