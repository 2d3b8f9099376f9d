import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { type Problem } from "../../problem.ts";
import { type LookupBackend } from "./secrets-backend.ts";

const backendClass = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend";

/** A folder of AWS Secrets Manager, with `connections/<id>` and `variables/<key>` below it. */
export interface SecretsFolder {
    /** Such as `airflow/platform`, without slashes at its ends. */
    readonly path: string;
    /** The region of the secrets. */
    readonly region: string;
    /**
     * A regular expression that ids must match from their start, or they are not looked up. Airflow asks every backend
     * for every id, and each request to Secrets Manager costs time and money even if it finds nothing.
     */
    readonly lookupPattern: string;
}

/** The prefix of ids that the platform provides for all teams. They are never looked up with a task's own role. */
export const platformIds = "platform_";

export const platformLookup = `${platformIds}.*`;

/** Every id but the platform's, so that a team cannot replace a connection of the platform's for its tasks. */
export const ownLookup = `(?!${platformIds}).*`;

/**
 * The backend that looks up secrets in the folder. The API server and the triggerer use the platform's folder. A task's
 * supervisor uses the tasks' folder, with the task's own role, before it asks the API server: so IAM decides what a
 * task can read, and not Airflow.
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

/** A folder, as policies name it. */
export interface SecretsPlace {
    readonly account: AwsAccount;
    readonly path: string;
    /** The key that encrypts its secrets. Defaults to the AWS managed key, which needs no permission. */
    readonly keyArn?: string;
}

/** Permissions to read the secrets in the folder. Not to list them: a reader must know a secret's name. */
export function readSecrets({ account, path, keyArn }: SecretsPlace): readonly Statement[] {
    const secrets = `arn:${account.partition}:secretsmanager:${account.region}:${account.id}:secret:${path}/*`;
    return [
        { sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: [secrets] },
        ...(keyArn === undefined ? [] : [decryptSecrets(account, keyArn, secrets)]),
    ];
}

/** Permissions to read one secret. */
export function readOneSecret(account: AwsAccount, secretArn: string, keyArn: string): readonly Statement[] {
    return [
        { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
        decryptSecrets(account, keyArn, secretArn),
    ];
}

/** Why that cannot be a folder. Undefined when it can. Policies contain it without escaping. */
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
            // Secrets Manager sends the secret's ARN to KMS, so this permission decrypts no other secret.
            StringLike: { "kms:EncryptionContext:SecretARN": [secrets] },
        },
    };
}
