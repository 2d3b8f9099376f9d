import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "./aws-account.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { retentionProblem } from "./log-retention.ts";

export interface EncryptedLogGroupArgs {
    account: AwsAccount;

    /** The group's name, such as `/aws/eks/prod/cluster`. Plain, because the key's policy and the group name it. */
    logGroupName: string;

    /** How many days logs are kept. One of CloudWatch's own numbers. */
    retentionDays: number;

    /** Whether Pulumi refuses to delete or replace the key. Defaults to yes. */
    protect?: boolean;
}

/** Logs in CloudWatch, under a key of their own that no other group can use. */
export class EncryptedLogGroup extends pulumi.ComponentResource {
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: EncryptedLogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EncryptedLogGroup", name, {}, opts);

        const problem = retentionProblem(args.retentionDays);
        if (problem !== undefined) {
            throw new pulumi.ResourceError(`retentionDays is ${args.retentionDays}: ${problem}`, this);
        }

        const { accountId, partition, region } = args.account;
        const arn = pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:${args.logGroupName}`;

        const key = new EncryptionKey(
            `${name}-encryption`,
            {
                account: args.account,
                description: `Logs in ${args.logGroupName}`,
                statements: [
                    {
                        Sid: "EncryptTheGroup",
                        Effect: "Allow",
                        Principal: { Service: `logs.${region}.amazonaws.com` },
                        Action: [
                            "kms:Encrypt*",
                            "kms:Decrypt*",
                            "kms:ReEncrypt*",
                            "kms:GenerateDataKey*",
                            "kms:Describe*",
                        ],
                        Resource: "*",
                        Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arn } },
                    },
                ],
                protect: args.protect,
            },
            { parent: this },
        );

        const group = new aws.cloudwatch.LogGroup(
            `${name}-group`,
            {
                name: args.logGroupName,
                retentionInDays: args.retentionDays,
                kmsKeyId: key.arn,
            },
            { parent: this },
        );

        this.arn = group.arn;

        this.registerOutputs({ arn: this.arn });
    }
}
