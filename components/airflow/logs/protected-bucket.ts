import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../../accepted-findings.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { after } from "../../after.ts";
import { policyDocument } from "../../aws/policy-document.ts";

export interface ProtectedBucketArgs {
    /** The bucket's name, unique in all of S3. Plain, because it decides what the bucket is called. */
    bucketName: string;

    /** The key that encrypts everything in it. */
    keyArn: pulumi.Input<string>;

    /** The bucket policy, from the ARNs of the bucket and its key. */
    statements: (bucketArn: string, keyArn: string) => readonly Statement[];

    /** Whether its objects can be locked. Can be chosen only when the bucket is created. Defaults to false. */
    objectLock?: boolean;

    /** Lets a deployment delete or replace it. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/** A versioned S3 bucket, encrypted with one key, that cannot be made public. A deployment never empties it. */
export class ProtectedBucket extends pulumi.ComponentResource {
    /** Resolves only once the bucket is protected. */
    public readonly bucketName: pulumi.Output<string>;

    public readonly bucketArn: pulumi.Output<string>;

    constructor(name: string, args: ProtectedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:ProtectedBucket", name, {}, opts);

        const bucket = new aws.s3.Bucket(
            `${name}-bucket`,
            {
                bucket: args.bucketName,
                objectLockEnabled: args.objectLock ?? false,
                forceDestroy: false,
                tags: args.tags,
            },
            { parent: this, protect: !(args.allowReplace ?? false) },
        );

        const closed = new aws.s3.BucketPublicAccessBlock(
            `${name}-public-access`,
            {
                bucket: bucket.bucket,
                blockPublicAcls: true,
                blockPublicPolicy: true,
                ignorePublicAcls: true,
                restrictPublicBuckets: true,
            },
            { parent: this },
        );

        const ownership = new aws.s3.BucketOwnershipControls(
            `${name}-ownership`,
            {
                bucket: bucket.bucket,
                rule: { objectOwnership: "BucketOwnerEnforced" },
            },
            { parent: this },
        );

        const versioning = new aws.s3.BucketVersioning(
            `${name}-versioning`,
            {
                bucket: bucket.bucket,
                versioningConfiguration: { status: "Enabled" },
            },
            { parent: this },
        );

        const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
            `${name}-encryption`,
            {
                bucket: bucket.bucket,
                rules: [
                    {
                        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
                        // S3 then calls KMS once for many objects.
                        bucketKeyEnabled: true,
                    },
                ],
            },
            { parent: this },
        );

        const policy = new aws.s3.BucketPolicy(
            `${name}-policy`,
            {
                bucket: bucket.bucket,
                policy: pulumi
                    .all([bucket.arn, args.keyArn])
                    .apply(([bucketArn, keyArn]) => JSON.stringify(policyDocument(args.statements(bucketArn, keyArn)))),
            },
            // S3 refuses concurrent changes to a bucket's access settings.
            { parent: this, dependsOn: [closed, ownership] },
        );

        this.bucketArn = bucket.arn;
        this.bucketName = after([closed, ownership, versioning, encryption, policy], bucket.bucket);

        this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
    }
}

export const acceptedFindings: AcceptedFindings = {
    bucket: {
        CKV_AWS_18: "Whoever makes one says where access is logged, or writes on the bucket why it is not",
        CKV_AWS_144:
            "Logs are of a platform that is in one region, and every version of them is kept there for a while",
        CKV2_AWS_62: "Nothing acts on a new log, and an unread notification protects nobody",
    },
};
