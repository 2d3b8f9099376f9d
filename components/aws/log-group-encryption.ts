import { type AwsAccount, serviceEndpoint } from "./account.ts";
import { type Statement } from "./iam-statement.ts";

/**
 * A statement of a key's policy that lets CloudWatch encrypt these log groups with the key, and no others. CloudWatch
 * uses its own principal for that, whoever writes the logs.
 */
export function encryptsLogGroups(account: AwsAccount, logGroupNames: readonly string[]): Statement {
    const { id, partition, region } = account;
    const arns = logGroupNames.map((name) => `arn:${partition}:logs:${region}:${id}:log-group:${name}`);
    return {
        sid: "EncryptLogGroups",
        principals: { service: [serviceEndpoint(account, "logs")] },
        actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        resources: ["*"],
        conditions: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arns } },
    };
}
