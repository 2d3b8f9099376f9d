import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AcceptedFindings } from "../accepted-findings.ts";
import { type AwsAccount } from "./account.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { encryptsLogGroups } from "./log-group-encryption.ts";
import { retentionProblem } from "./log-retention.ts";

export interface EncryptedLogGroupArgs {
    account: AwsAccount;

    /** The group's name, such as `/aws/eks/prod/cluster`. Plain, because the key's policy and the group name it. */
    logGroupName: string;

    /** The alias of the group's key, without `alias/`. Plain, because it decides what the alias is called. */
    keyAlias: string;

    /** How many days logs are kept. One of the numbers that CloudWatch accepts. */
    retentionDays: number;

    /** Lets a deployment delete or replace the group and its key, and with them the logs. Defaults to false. */
    allowReplace?: boolean;
}

/** A log group in CloudWatch, encrypted with its own KMS key, which no other log group can use. */
export class EncryptedLogGroup extends pulumi.ComponentResource {
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: EncryptedLogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EncryptedLogGroup", name, {}, opts);

        const problem = retentionProblem(args.retentionDays);
        if (problem !== undefined) {
            throw new pulumi.ResourceError(`retentionDays is ${args.retentionDays}: ${problem}`, this);
        }

        const { logGroupName } = args;

        const key = new EncryptionKey(
            `${name}-encryption`,
            {
                account: args.account,
                description: `Logs in ${logGroupName}`,
                alias: args.keyAlias,
                users: [encryptsLogGroups(args.account, [logGroupName])],
                allowReplace: args.allowReplace,
            },
            { parent: this },
        );

        const group = new aws.cloudwatch.LogGroup(
            `${name}-group`,
            {
                name: logGroupName,
                retentionInDays: args.retentionDays,
                kmsKeyId: key.keyArn,
            },
            // Logs are evidence, and replacing the group deletes them.
            { parent: this, protect: !(args.allowReplace ?? false) },
        );

        this.arn = group.arn;

        this.registerOutputs({ arn: this.arn });
    }
}

export const acceptedFindings: AcceptedFindings = {
    group: {
        CKV_AWS_338:
            "The stack says how long: a year for the audit log, ninety days for flow logs, which are many times as much",
    },
};
