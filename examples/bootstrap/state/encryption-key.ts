import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policy } from "../policy.ts";

export interface EncryptionKeyArgs {
    /** What it encrypts, for people. */
    description: string;

    /** The alias, beginning with `alias/`. Plain, because the secrets provider's address is made of it. */
    alias: string;

    /** Plain, because it decides who may administer the key. */
    accountId: string;
}

/**
 * A KMS key that AWS rotates each year, with an alias. Its policy leaves it to IAM who in the account may use it. Whoever
 * deletes it has lost what it encrypted, so Pulumi refuses to, and AWS waits for its longest.
 */
export class EncryptionKey extends pulumi.ComponentResource {
    public readonly arn: pulumi.Output<string>;

    constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd-bootstrap:index:EncryptionKey", name, {}, opts);

        const key = new aws.kms.Key(
            `${name}-key`,
            {
                description: args.description,
                enableKeyRotation: true,
                deletionWindowInDays: 30,
                policy: JSON.stringify(
                    policy({
                        Sid: "LeaveItToIam",
                        Effect: "Allow",
                        Principal: { AWS: `arn:aws:iam::${args.accountId}:root` },
                        Action: "kms:*",
                        // The key that the policy is of.
                        Resource: "*",
                    }),
                ),
            },
            { parent: this, protect: true },
        );

        const alias = new aws.kms.Alias(
            `${name}-alias`,
            {
                name: args.alias,
                targetKeyId: key.keyId,
            },
            { parent: this },
        );

        this.arn = pulumi.all([key.arn, alias.id]).apply(([arn]) => arn);

        this.registerOutputs({ arn: this.arn });
    }
}
