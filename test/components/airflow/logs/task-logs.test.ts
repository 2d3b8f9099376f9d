import assert from "node:assert/strict";

import { TaskLogs, type TaskLogsArgs } from "../../../../components/airflow/logs/task-logs.ts";
import { madeUpAccount } from "../../../support/made-up-aws.ts";
import { underMocks, unknown, value, waitedFor } from "../../../support/mocks.ts";

const kinds = [
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
];
const lock = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const logging = "aws:s3/bucketLogging:BucketLogging";

function logs(changes: Partial<TaskLogsArgs> = {}, more: string[] = [], options = {}) {
    const args: TaskLogsArgs = {
        account: madeUpAccount,
        bucketName: "prod-task-logs",
        accessLogs: { none: "CloudTrail records data events" },
        ...changes,
    };
    return underMocks([...kinds, ...more], () => new TaskLogs("logs", args), options);
}

describe("TaskLogs", () => {
    it("keeps every version, under its own key, and nothing public", async () => {
        const { made, registered } = await logs();
        assert.equal(registered.input("logs-logs-versioning", "versioningConfiguration.status"), "Enabled");
        const keyArn = await value(made.keyArn);
        assert.deepEqual(registered.get("logs-logs-encryption").inputs.rules, [
            {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
                bucketKeyEnabled: true,
            },
        ]);
        const { bucket, ...blocks } = registered.get("logs-logs-public-access").inputs;
        assert.equal(bucket, "prod-task-logs");
        assert.deepEqual(blocks, {
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        });
        assert.equal(registered.input("logs-logs-ownership", "rule.objectOwnership"), "BucketOwnerEnforced");
    });

    it("is protected, and never emptied to be deleted", async () => {
        const { registered } = await logs();
        assert.equal(registered.get("logs-logs-bucket").protect, true);
        assert.equal(registered.get("logs-key-key").protect, true);
        assert.equal(registered.input("logs-logs-bucket", "forceDestroy"), false);
    });

    it("can be replaced only when that is asked for", async () => {
        const { registered } = await logs({ allowReplace: true });
        assert.ok(!registered.get("logs-logs-bucket").protect);
        assert.ok(!registered.get("logs-key-key").protect);
        assert.equal(registered.input("logs-logs-bucket", "forceDestroy"), false);
    });

    it("says where logs go only once the bucket is protected", async () => {
        const { made } = await logs();
        assert.equal(await value(made.folder), "s3://prod-task-logs/airflow");
        const waited = await waitedFor(made.folder);
        for (const part of ["public-access", "ownership", "versioning", "encryption", "policy"]) {
            assert.ok(waited.includes(`logs-logs-${part}`), part);
        }
        assert.ok(waited.includes("logs-lifecycle"));
    });

    it("keeps logs for a year, old versions for a month, and no half uploads", async () => {
        const { registered } = await logs();
        assert.deepEqual(registered.get("logs-lifecycle").inputs.rules, [
            {
                id: "task-logs",
                status: "Enabled",
                filter: {},
                transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
                expiration: { days: 365 },
                noncurrentVersionExpiration: { noncurrentDays: 30 },
                abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            },
        ]);
    });

    it("keeps logs for ever when it is told so", async () => {
        const { registered } = await logs({ retention: { expireAfterDays: "never", keepOldVersionsDays: 90 } });
        assert.equal(registered.input("logs-lifecycle", "rules.0.expiration"), undefined);
        assert.equal(registered.input("logs-lifecycle", "rules.0.noncurrentVersionExpiration.noncurrentDays"), 90);
    });

    it("locks objects when it is told so, once there are versions", async () => {
        const { registered, made } = await logs({ objectLock: { mode: "compliance", days: 90 } }, [lock]);
        assert.equal(registered.input("logs-logs-bucket", "objectLockEnabled"), true);
        assert.deepEqual(registered.input("logs-lock", "rule.defaultRetention"), { mode: "COMPLIANCE", days: 90 });
        assert.ok(registered.dependenciesOf("logs-lock").includes("logs-logs-versioning"));
        assert.ok((await waitedFor(made.folder)).includes("logs-lock"));
    });

    it("has S3 write down who asked for what, or says on the bucket why not", async () => {
        const { registered } = await logs({ accessLogs: { bucketName: "audit" } }, [logging]);
        const { targetBucket, targetPrefix } = registered.get("logs-access-logs").inputs;
        assert.deepEqual([targetBucket, targetPrefix], ["audit", "prod-task-logs/"]);
        const { registered: without } = await logs();
        assert.equal(without.input("logs-logs-bucket", "tags.no-access-logs"), "CloudTrail records data events");
        await assert.rejects(logs({ accessLogs: { none: " " } }), /accessLogs\.none is "": say why/);
    });

    it("refuses what S3 would refuse, all at once, before anything is made", async () => {
        const wrong = {
            prefix: "/logs/*",
            retention: { infrequentAccessAfterDays: 7, expireAfterDays: 7, abortUploadsAfterDays: 0 },
            objectLock: { mode: "governance", days: 0.5 },
        } as const;
        await assert.rejects(logs(wrong), (error: Error) => {
            assert.match(error.message, /prefix is "\/logs\/\*": it must be folders/);
            assert.match(error.message, /retention\.infrequentAccessAfterDays is 7: S3 wants whole days, at least 30/);
            assert.match(
                error.message,
                /retention\.expireAfterDays is 7: .* more than infrequentAccessAfterDays \(7\)/,
            );
            assert.match(error.message, /retention\.abortUploadsAfterDays is 0: it must be a whole number of days/);
            assert.match(error.message, /objectLock\.days is 0\.5: it must be a whole number of days/);
            return true;
        });
    });

    it("is registered whole in a first preview, with nothing known", async () => {
        const options = { objectLock: { mode: "governance", days: 1 }, accessLogs: { bucketName: "audit" } } as const;
        const names = async (changes: Partial<TaskLogsArgs>, preview: boolean) =>
            (await logs({ ...options, ...changes }, [lock, logging], { preview })).registered.resources
                .map(({ name }) => name)
                .sort();
        const accessLogs = { bucketName: unknown<string>() };
        const previewed = await names({ accessLogs }, true);
        assert.deepEqual(previewed, await names({}, false));
    });
});
