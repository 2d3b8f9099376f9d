import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { type Problem } from "../../problem.ts";
import { type LookupBackend } from "./secrets-backend.ts";

const backendClass = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";

/** A folder of AWS Secrets Manager, with `connections/<id>` and `variables/<key>` below it. */
export interface SecretsFolder {
    /** Such as `airflow/platform`, without slashes at its ends. */
    readonly path: string;
    /** Where it is. */
    readonly region: string;
    /**
     * The ids that are looked up in it, as a regular expression at their beginning. Airflow asks every backend for every
     * id, and Secrets Manager takes money and time for an answer of nothing.
     */
    readonly lookupPattern: string;
}

/** Ids of what the platform gives to all teams begin so, and are never looked up with a task's own rights. */
export const platformIds = "platform_";

export const platformLookup = `${platformIds}.*`;

/** A task could otherwise be shown a secret of its own in place of the platform's. */
export const ownLookup = `(?!${platformIds}).*`;

/**
 * Makes Airflow look into the folder: the API server and the triggerer into the platform's, and each task's supervisor into
 * the task's own, with the rights of the task's own role, before it asks the API server. So IAM decides what a task is
 * shown, and not Airflow.
 */
export function lookupIn({ path, region, lookupPattern }: SecretsFolder): LookupBackend<string> {
    const settings = {
        connections_prefix: `${path}/connections`,
        connections_lookup_pattern: lookupPattern,
        variables_prefix: `${path}/variables`,
        variables_lookup_pattern: lookupPattern,
        // Airflow's own settings come from the stack.
        config_prefix: null,
        region_name: region,
    };
    return { className: backendClass, kwargs: JSON.stringify(settings) };
}

/** Where a folder is, as IAM needs it. */
export interface SecretsPlace {
    readonly account: AwsAccount;
    readonly path: string;
    /** The key of its secrets. Defaults to AWS's own, which needs no right. */
    readonly keyArn?: string;
}

/** What whoever looks into the folder needs. It can find nothing there that it cannot name. */
export function readSecrets({ account, path, keyArn }: SecretsPlace): readonly Statement[] {
    const secrets = `arn:${account.partition}:secretsmanager:${account.region}:${account.id}:secret:${path}/*`;
    return [
        { sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: [secrets] },
        ...(keyArn === undefined ? [] : [decryptSecrets(account, keyArn, secrets)]),
    ];
}

/** What whoever reads that one secret needs. */
export function readOneSecret(account: AwsAccount, secretArn: string, keyArn: string): readonly Statement[] {
    return [
        { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
        decryptSecrets(account, keyArn, secretArn),
    ];
}

/** Why that cannot be a folder, or nothing. It is written into policies as it is. */
export function secretsPathProblem(path: string): Problem | undefined {
    return /^[\w+=.@-]+(\/[\w+=.@-]+)*$/.test(path)
        ? undefined
        : {
              path: [],
              value: path,
              rule: 'it must be names of letters, digits and _+=.@-, joined by "/". Write it as "airflow/platform".',
          };
}

function decryptSecrets(account: AwsAccount, keyArn: string, secrets: string): Statement {
    return {
        sid: "UseKeyThroughSecretsManager",
        actions: ["kms:Decrypt"],
        resources: [keyArn],
        conditions: {
            StringEquals: { "kms:ViaService": [serviceEndpoint(account, "secretsmanager")] },
            // Secrets Manager names the secret to KMS, so the key opens no other.
            StringLike: { "kms:EncryptionContext:SecretARN": [secrets] },
        },
    };
}
