import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { after } from "../../after.ts";
import { type AwsAccount } from "../../aws/account.ts";
import { EncryptionKey } from "../../aws/encryption-key.ts";
import { tagProblems } from "../../aws/resource-tags.ts";
import { below, type Problem, problemLines } from "../../problem.ts";
import { ProtectedBucket } from "./protected-bucket.ts";
import { lifecycleRules, type ObjectLock, retentionProblems, type TaskLogRetention } from "./task-log-retention.ts";
import { prefixProblem, taskLogBucketStatements } from "./task-log-statements.ts";

export interface TaskLogsArgs {
    account: AwsAccount;

    /** The bucket's name, unique in all of S3. Plain, because it decides what the bucket is called. */
    bucketName: string;

    /**
     * The bucket that takes S3's access logs, or the reason for having none, which becomes a tag of this bucket. Plain,
     * because it decides which resources exist.
     */
    accessLogs: { bucketName: pulumi.Input<string> } | { none: string };

    /** The folder in the bucket. Plain, because policies contain it. Defaults to `airflow`. */
    prefix?: string;

    /** Defaults to a year, after the first month in cheaper storage. */
    retention?: TaskLogRetention;

    /**
     * Protects logs even from those who may delete them. Can be chosen only when the bucket is created. Defaults to
     * none.
     */
    objectLock?: ObjectLock;

    /** Lets a deployment delete or replace the bucket and its key. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * The S3 bucket of task logs: encrypted with its own key, reached over TLS only, with old versions kept for a while. It
 * grants access to nobody; the statements in task-log-statements.ts do.
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

        const lock = (objectLock ? [objectLock] : []).map(
            ({ mode, days }) =>
                new aws.s3.BucketObjectLockConfiguration(
                    `${name}-lock`,
                    {
                        bucket: bucket.bucketName,
                        rule: { defaultRetention: { mode: mode.toUpperCase(), days } },
                    },
                    { parent: this },
                ),
        );

        const accessLog = ("bucketName" in accessLogs ? [accessLogs.bucketName] : []).map(
            (targetBucket) =>
                new aws.s3.BucketLogging(
                    `${name}-access-logs`,
                    {
                        bucket: bucket.bucketName,
                        targetBucket,
                        targetPrefix: `${bucketName}/`,
                    },
                    { parent: this },
                ),
        );

        this.bucketArn = bucket.bucketArn;
        this.prefix = prefix;
        this.keyArn = key.keyArn;
        this.folder = after(
            [lifecycle, ...lock, ...accessLog],
            pulumi.interpolate`s3://${bucket.bucketName}/${prefix}`,
        );

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
