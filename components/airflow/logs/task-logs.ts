import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "../../aws/account.ts";
import { EncryptionKey } from "../../aws/encryption-key.ts";
import { tagProblems } from "../../aws/resource-tags.ts";
import { below, type Problem, problemLines } from "../../problem.ts";
import { ProtectedBucket } from "./protected-bucket.ts";
import { lifecycleRules, type ObjectLock, retentionProblems, type TaskLogRetention } from "./task-log-retention.ts";
import { prefixProblem, taskLogBucketStatements } from "./task-log-statements.ts";

export interface TaskLogsArgs {
    account: pulumi.Input<AwsAccount>;

    /** The bucket's name, which nobody else in the world may have. Plain, because it decides what the bucket is called. */
    bucketName: string;

    /**
     * The bucket into which S3 writes who asked for what, or why it need not, which is then written on the bucket. Plain,
     * because it decides which resources exist.
     */
    accessLogs: { bucketName: pulumi.Input<string> } | { none: string };

    /** The folder in the bucket. Plain, because policies are made with it. Defaults to `airflow`. */
    prefix?: string;

    /** Defaults to a year, the first month of it in the storage that is cheap to read. */
    retention?: TaskLogRetention;

    /** Keeps logs from whoever may delete them. Can only be chosen when the bucket is made. Defaults to none. */
    objectLock?: ObjectLock;

    /** Lets a deployment delete or replace the bucket and its key. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * The S3 bucket of task logs: under a key of its own, reached over TLS only, with each version kept for a while. It gives
 * nobody the right to it; the statements beside it do.
 */
export class TaskLogs extends pulumi.ComponentResource {
    /** For Airflow, as `s3://bucket/prefix`. Resolves only once the bucket is protected. */
    public readonly folder: pulumi.Output<string>;

    public readonly bucketArn: pulumi.Output<string>;

    /** The folder in the bucket. */
    public readonly prefix: string;

    public readonly keyArn: pulumi.Output<string>;

    constructor(name: string, args: TaskLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:TaskLogs", name, {}, opts);

        const { account, bucketName, accessLogs, objectLock, retention = {}, allowReplace } = args;
        const prefix = args.prefix ?? "airflow";
        const tags = { ...args.tags, ...("none" in accessLogs ? { "no-access-logs": accessLogs.none } : {}) };
        const problems = [
            ...below(["prefix"], prefixProblem(prefix)),
            ...below(["retention"], ...retentionProblems(retention, objectLock)),
            ...below(["accessLogs"], accessLogsProblem(accessLogs)),
            ...below(["tags"], ...tagProblems(tags)),
        ];
        if (problems.length > 0) {
            throw new pulumi.ResourceError(problemLines(problems), this);
        }

        const key = new EncryptionKey(
            `${name}-key`,
            {
                account,
                description: `Task logs in ${bucketName}`,
                alias: bucketName,
                onlyThrough: "s3",
                allowReplace,
                tags,
            },
            { parent: this },
        );

        const bucket = new ProtectedBucket(
            `${name}-logs`,
            {
                bucketName,
                keyArn: key.keyArn,
                statements: taskLogBucketStatements,
                objectLock: objectLock !== undefined,
                allowReplace,
                tags,
            },
            { parent: this },
        );

        const lifecycle = new aws.s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            {
                bucket: bucket.bucketName,
                rules: lifecycleRules(retention),
            },
            { parent: this },
        );

        const lock = objectLock && [
            new aws.s3.BucketObjectLockConfiguration(
                `${name}-lock`,
                {
                    bucket: bucket.bucketName,
                    rule: { defaultRetention: { mode: objectLock.mode.toUpperCase(), days: objectLock.days } },
                },
                { parent: this },
            ),
        ];

        const accessLog = "bucketName" in accessLogs && [
            new aws.s3.BucketLogging(
                `${name}-access-logs`,
                {
                    bucket: bucket.bucketName,
                    targetBucket: accessLogs.bucketName,
                    targetPrefix: `${bucketName}/`,
                },
                { parent: this },
            ),
        ];

        this.bucketArn = bucket.bucketArn;
        this.prefix = prefix;
        this.keyArn = key.keyArn;
        this.folder = pulumi
            .all([bucket.bucketName, ...[lifecycle, ...(lock ?? []), ...(accessLog || [])].map(({ id }) => id)])
            .apply(([made]) => `s3://${made}/${prefix}`);

        this.registerOutputs({ folder: this.folder, bucketArn: this.bucketArn, keyArn: this.keyArn });
    }
}

function accessLogsProblem(accessLogs: TaskLogsArgs["accessLogs"]): Problem | undefined {
    return "none" in accessLogs && accessLogs.none.trim() === ""
        ? {
              path: ["none"],
              value: "",
              rule: "say why nobody need know who read the logs, or give accessLogs.bucketName.",
          }
        : undefined;
}
