import { type Deployment } from "./deployment.ts";
import { type Statement } from "../policy.ts";

/** The tag that the platform's program puts on all that it makes, with the stack's name. */
const stackTag = "airflow-linkerd/stack";

/** Databases, buckets, secrets and the keys of all that. */
export function data({ guarded: { accountId }, region, cluster, stack: { stack } }: Deployment): Statement[] {
    const keys = `arn:aws:kms:${region}:${accountId}:key/*`;
    return [
        {
            Sid: "Databases",
            Effect: "Allow",
            Action: "rds:*",
            Resource: [
                ...["cluster", "cluster-pg", "cluster-snapshot", "db", "pg", "snapshot", "subgrp"].map(
                    (kind) => `${kind}:${cluster}*`,
                ),
                "og:default*",
            ].map((name) => `arn:aws:rds:${region}:${accountId}:${name}`),
        },
        {
            Sid: "NoPublicDatabase",
            Effect: "Deny",
            Action: "rds:*",
            Resource: "*",
            Condition: { Bool: { "rds:PubliclyAccessible": "true" } },
        },
        { Sid: "ReadDatabases", Effect: "Allow", Action: "rds:Describe*", Resource: "*" },
        {
            Sid: "BucketsNotObjects",
            Effect: "Allow",
            Action: [
                "s3:*Bucket",
                "s3:*Configuration",
                "s3:GetBucket*",
                "s3:PutBucket*",
                "s3:DeleteBucketPolicy",
                "s3:GetAccelerateConfiguration",
                "s3:ListTagsForResource",
                "s3:TagResource",
                "s3:UntagResource",
            ],
            Resource: `arn:aws:s3:::${cluster}*`,
        },
        {
            Sid: "Secrets",
            Effect: "Allow",
            Action: "secretsmanager:*",
            Resource: `arn:aws:secretsmanager:${region}:${accountId}:secret:${cluster}*`,
        },
        {
            Sid: "MasterPasswordsUnread",
            Effect: "Allow",
            // RDS names these secrets, of any database of the account, and makes them as whoever makes the database.
            Action: [
                "secretsmanager:CreateSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:RotateSecret",
                "secretsmanager:TagResource",
            ],
            Resource: `arn:aws:secretsmanager:${region}:${accountId}:secret:rds!*`,
        },
        {
            Sid: "FindKeys",
            Effect: "Allow",
            Action: ["kms:ListAliases", "kms:ListKeys"],
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": region } },
        },
        {
            Sid: "NewKeys",
            Effect: "Allow",
            Action: "kms:CreateKey",
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": region, [`aws:RequestTag/${stackTag}`]: stack } },
        },
        {
            Sid: "TagNewKeys",
            Effect: "Allow",
            Action: "kms:TagResource",
            // A key is tagged while it is made, before it has a tag to go by.
            Resource: keys,
            Condition: { StringEquals: { [`aws:RequestTag/${stackTag}`]: stack } },
        },
        {
            Sid: "NoTagOnKeysOfOthers",
            Effect: "Deny",
            Action: "kms:TagResource",
            Resource: keys,
            Condition: {
                StringNotEquals: { [`aws:ResourceTag/${stackTag}`]: stack },
                Null: { [`aws:ResourceTag/${stackTag}`]: "false" },
            },
        },
        {
            Sid: "OwnKeys",
            Effect: "Allow",
            // Who may use a key, and whether it is there: of no key but the stack's own.
            Action: ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"],
            Resource: keys,
            Condition: { StringEquals: { [`aws:ResourceTag/${stackTag}`]: stack } },
        },
        {
            Sid: "KeysToAdminister",
            Effect: "Allow",
            // Of what they encrypt, none is opened: that is for the services that the keys are made for.
            Action: [
                "kms:*Alias",
                "kms:*KeyRotation*",
                "kms:CancelKeyDeletion",
                "kms:DescribeKey",
                "kms:EnableKey",
                "kms:GetKeyPolicy",
                "kms:ListKeyPolicies",
                "kms:ListResourceTags",
                "kms:UpdateKeyDescription",
            ],
            Resource: [keys, `arn:aws:kms:${region}:${accountId}:alias/${cluster}*`],
        },
        {
            Sid: "KeysForServices",
            Effect: "Allow",
            Action: "kms:CreateGrant",
            Resource: keys,
            Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
        {
            Sid: "OpenSecretsAndDatabases",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: keys,
            Condition: {
                StringEquals: {
                    "kms:ViaService": ["rds", "secretsmanager"].map((name) => `${name}.${region}.amazonaws.com`),
                },
            },
        },
    ];
}
