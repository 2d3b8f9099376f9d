import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../accepted-findings.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { stateAlias, stateBucketName } from "../names.ts";
import { overTlsOnly } from "./state-bucket-policy.ts";

export interface StateStoreArgs {
    /** Plain, because the bucket is called after it. */
    accountId: string;

    /** How long an overwritten version of the state is kept. */
    versionDays: number;
}

/**
 * The bucket that holds the platform's state. A version that is overwritten or deleted is kept for a while, so that a bad
 * update can be taken back. It does not copy the state elsewhere: the root's private key is in it.
 */
export class StateStore extends pulumi.ComponentResource {
    /** Resolves only once the bucket is closed, encrypted and versioned. */
    public readonly bucketArn: pulumi.Output<string>;

    /** The key that encrypts the bucket. */
    public readonly keyArn: pulumi.Output<string>;

    constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd-bootstrap:index:StateStore", name, {}, opts);

        const key = new EncryptionKey(
            `${name}-encryption`,
            {
                description: "The state of the platform's stacks",
                alias: stateAlias,
                accountId: args.accountId,
            },
            { parent: this },
        );

        const bucket = new aws.s3.Bucket(
            `${name}-bucket`,
            {
                bucket: stateBucketName(args.accountId),
            },
            { parent: this, protect: true },
        );

        const closed = new aws.s3.BucketPublicAccessBlock(
            `${name}-public-access`,
            {
                bucket: bucket.id,
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
                bucket: bucket.id,
                rule: { objectOwnership: "BucketOwnerEnforced" },
            },
            { parent: this },
        );

        const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
            `${name}-sse`,
            {
                bucket: bucket.id,
                rules: [
                    {
                        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
                        bucketKeyEnabled: true,
                    },
                ],
            },
            { parent: this },
        );

        const versioning = new aws.s3.BucketVersioning(
            `${name}-versioning`,
            {
                bucket: bucket.id,
                versioningConfiguration: { status: "Enabled" },
            },
            { parent: this, protect: true },
        );

        new aws.s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            {
                bucket: bucket.id,
                rules: [
                    {
                        id: "old-versions",
                        status: "Enabled",
                        filter: { prefix: "" },
                        // The last ten stay whatever their age: a stack may rest for a year.
                        noncurrentVersionExpiration: { noncurrentDays: args.versionDays, newerNoncurrentVersions: 10 },
                        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                    },
                ],
            },
            // S3 refuses rules for versions where there are none.
            { parent: this, dependsOn: [versioning] },
        );

        const tlsOnly = new aws.s3.BucketPolicy(
            `${name}-policy`,
            {
                bucket: bucket.id,
                policy: bucket.arn.apply((arn) => JSON.stringify(overTlsOnly(arn))),
            },
            // While a policy is put, S3 refuses another change to who has access.
            { parent: this, dependsOn: [closed] },
        );

        const safe = [closed, ownership, encryption, versioning, tlsOnly];
        this.bucketArn = pulumi.all([bucket.arn, ...safe.map(({ id }) => id)]).apply(([arn]) => arn as string);
        this.keyArn = key.arn;

        this.registerOutputs({ bucketArn: this.bucketArn, keyArn: this.keyArn });
    }
}

export const acceptedFindings: AcceptedFindings = {
    bucket: {
        CKV_AWS_18: "Who read the state is in CloudTrail's data events; a log bucket would need looking after, too",
        CKV_AWS_144: "A copy elsewhere would put the root's private key there. docs/production.md says how to back up",
        CKV2_AWS_62: "Nothing acts on a changed state, and an unread notification protects nobody",
    },
};
