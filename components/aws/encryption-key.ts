import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { accountPrincipal, type AwsAccount, serviceEndpoint } from "./account.ts";
import { policyDocument, type Statement } from "./iam-statement.ts";

export interface EncryptionKeyArgs {
    account: pulumi.Input<AwsAccount>;

    /** What it encrypts, for people who look through the account's keys. */
    description: string;

    /** The key's alias, without `alias/`. Plain, because it decides what the alias is called. */
    alias: string;

    /**
     * The only service through which data may be encrypted and decrypted, such as `s3`. Defaults to any: a service that
     * works by grants, as RDS does, names none.
     */
    onlyThrough?: string;

    /** Who else may use it, as statements of its policy: a service that encrypts as itself. Defaults to nobody. */
    users?: pulumi.Input<readonly Statement[]>;

    /** Lets a deployment delete or replace it, with all that only it can decrypt. Defaults to false. */
    allowReplace?: boolean;

    /** Defaults to none. */
    tags?: Readonly<Record<string, string>>;
}

/**
 * A KMS key for data of one kind, renewed by AWS each year. Who may use it is decided by IAM policies; who loses it loses
 * the data, so it is protected, and AWS waits 30 days before a deletion.
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
                policy: pulumi
                    .all([args.account, args.users ?? []])
                    .apply(([account, users]) =>
                        JSON.stringify(
                            policyDocument([
                                ...keyStatements(account, args.onlyThrough),
                                ...(users as readonly Statement[]),
                            ]),
                        ),
                    ),
                tags: args.tags,
            },
            { parent: this, protect: !(args.allowReplace ?? false) },
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

/** The key's own policy. Within it, `*` is this key. */
export function keyStatements(account: AwsAccount, onlyThrough?: string): readonly Statement[] {
    return [
        {
            // Without it, a key whose users are all deleted is lost for good.
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
