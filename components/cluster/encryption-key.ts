import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type AwsAccount } from "./aws-account.ts";

/** How long AWS keeps a key that was deleted, in days: its longest, because what it encrypted is lost with it. */
const deletionWindowInDays = 30;

export interface EncryptionKeyArgs {
    account: AwsAccount;

    /** What it encrypts, for people. */
    description: string;

    /** Who else may use it, as statements of its policy. Defaults to nobody. */
    statements?: pulumi.Input<pulumi.Input<aws.iam.PolicyStatement>[]>;

    /** Whether Pulumi refuses to delete or replace it. Defaults to yes. */
    protect?: boolean;
}

/**
 * A KMS key that AWS rotates each year. Its policy leaves it to IAM who in the account may use it, as AWS's default
 * does, and adds the services that are named.
 */
export class EncryptionKey extends pulumi.ComponentResource {
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EncryptionKey", name, {}, opts);

        const { accountId, partition } = args.account;
        const key = new aws.kms.Key(
            `${name}-key`,
            {
                description: args.description,
                enableKeyRotation: true,
                deletionWindowInDays,
                policy: pulumi
                    .all([accountId, partition, pulumi.output(args.statements ?? [])])
                    .apply(([account, partitionName, statements]) =>
                        JSON.stringify({
                            Version: "2012-10-17",
                            Statement: [
                                {
                                    Sid: "LeaveItToIam",
                                    Effect: "Allow",
                                    Principal: { AWS: `arn:${partitionName}:iam::${account}:root` },
                                    Action: "kms:*",
                                    // The key that the policy is of.
                                    Resource: "*",
                                },
                                ...statements,
                            ],
                        }),
                    ),
            },
            { parent: this, protect: args.protect ?? true },
        );

        this.arn = key.arn;

        this.registerOutputs({ arn: this.arn });
    }
}
