import { type Deployment } from "./deployment.ts";
import { type Statement } from "./policy.ts";

/** Databases, buckets, secrets and the keys of all that. */
export function data({ guarded: { accountId }, region, cluster }: Deployment): Statement[] {
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
            // RDS names the secret of a master user that it manages itself.
            Resource: [`${cluster}*`, "rds!*"].map(
                (name) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`,
            ),
        },
        {
            Sid: "NewKeys",
            Effect: "Allow",
            Action: ["kms:CreateKey", "kms:ListAliases", "kms:ListKeys"],
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": region } },
        },
        {
            Sid: "KeysToAdminister",
            Effect: "Allow",
            // Of what they encrypt, none is opened: that is for the services that the keys are made for.
            Action: [
                "kms:*Alias",
                "kms:*KeyRotation*",
                "kms:*Resource*",
                "kms:CancelKeyDeletion",
                "kms:DescribeKey",
                "kms:EnableKey",
                "kms:GetKeyPolicy",
                "kms:ListKeyPolicies",
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:UpdateKeyDescription",
            ],
            Resource: [
                `arn:aws:kms:${region}:${accountId}:key/*`,
                `arn:aws:kms:${region}:${accountId}:alias/${cluster}*`,
            ],
        },
        {
            Sid: "KeysForServices",
            Effect: "Allow",
            Action: "kms:CreateGrant",
            Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
            Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
        {
            Sid: "OpenSecretsAndDatabases",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
            Condition: {
                StringEquals: {
                    "kms:ViaService": ["rds", "secretsmanager"].map((name) => `${name}.${region}.amazonaws.com`),
                },
            },
        },
    ];
}
