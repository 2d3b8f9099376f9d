import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { accountPrincipal, type AwsAccount, serviceEndpoint } from "./account.ts";
import { type Statement } from "./iam-statement.ts";
import { policyDocument } from "./policy-document.ts";

export interface EncryptionKeyArgs {
    account: AwsAccount;

    /** What it encrypts, shown in the list of the account's keys. */
    description: string;

    /** The key's alias, without `alias/`. Plain, because it decides what the alias is called. */
    alias: string;

    /**
     * The only service through which the key may encrypt and decrypt, such as `s3`. Defaults to any service: one that
     * uses KMS grants, such as RDS, cannot be named here.
     */
    onlyThrough?: string;

    /** More statements of its policy, for services that encrypt under their own principal. Defaults to none. */
    users?: readonly Statement[];

    /**
     * Lets a deployment delete or replace the key, which makes everything it encrypted unreadable. Defaults to false.
     */
    allowReplace?: boolean;

    /**
     * Leaves the key in the account when the stack lets go of it, for what outlives the stack and is encrypted with it.
     * Plain, because it decides what a destroy does. Defaults to false.
     */
    keepForever?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * A KMS key for data of one kind, rotated by AWS each year. IAM policies decide who may use it. Its data is lost
 * without it, so Pulumi protects it, and AWS waits 30 days before deleting it, unless it is kept.
 */
export class EncryptionKey extends pulumi.ComponentResource {
    public readonly keyArn: pulumi.Output<string>;

    constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("airflow-linkerd:index:EncryptionKey", name, {}, opts);

        const key = new aws.kms.Key(
            `${name}-key`,
            {
                description: args.description,
                enableKeyRotation: true,
                deletionWindowInDays: 30,
                policy: JSON.stringify(
                    policyDocument([...keyStatements(args.account, args.onlyThrough), ...(args.users ?? [])]),
                ),
                tags: args.tags,
            },
            {
                parent: this,
                protect: !(args.allowReplace ?? false),
                ...(args.keepForever === true ? { retainOnDelete: true } : {}),
            },
        );

        new aws.kms.Alias(
            `${name}-alias`,
            {
                name: `alias/${args.alias}`,
                targetKeyId: key.keyId,
            },
            { parent: this },
        );

        this.keyArn = key.arn;

        this.registerOutputs({ keyArn: this.keyArn });
    }
}

/** The statements of the key's own policy. As a resource in it, `*` means this key. */
export function keyStatements(account: AwsAccount, onlyThrough?: string): readonly Statement[] {
    return [
        {
            // Without it nobody could manage the key once all principals that its policy names are deleted.
            sid: "WhomIamPoliciesName",
            principals: { aws: [accountPrincipal(account)] },
            actions: ["kms:*"],
            resources: ["*"],
            allowWildcard: "the account's own IAM policies decide",
        },
        ...(onlyThrough === undefined
            ? []
            : [
                  {
                      sid: "NotPastTheService",
                      effect: "Deny" as const,
                      principals: { aws: "*" as const },
                      actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
                      resources: ["*"],
                      conditions: { StringNotEquals: { "kms:ViaService": [serviceEndpoint(account, onlyThrough)] } },
                  },
              ]),
    ];
}
