import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { type Problem } from "../../problem.ts";

/** The place of all task logs, or of a part of them. */
export interface TaskLogPlace {
    readonly account: AwsAccount;
    readonly bucketArn: string;
    readonly keyArn: string;
    /** The folder in the bucket, without slashes at its ends. For a part, a deeper folder: `airflow/dag_id=team_a`. */
    readonly prefix: string;
}

/** What the API server needs to show logs. */
export function readTaskLogs(place: TaskLogPlace): readonly Statement[] {
    return [
        {
            sid: "FindLogs",
            actions: ["s3:ListBucket"],
            resources: [place.bucketArn],
            conditions: { StringLike: { "s3:prefix": [`${place.prefix}/*`] } },
        },
        { sid: "ReadLogs", actions: ["s3:GetObject"], resources: [`${place.bucketArn}/${place.prefix}/*`] },
        useOfKey(place, ["kms:Decrypt"]),
    ];
}

/**
 * What tasks and the triggerer need to write logs. They also read: to append, Airflow reads a log and writes all of it.
 */
export function writeTaskLogs(place: TaskLogPlace): readonly Statement[] {
    return [
        {
            // Airflow first asks whether the log exists. Without this permission S3 answers 403 instead of 404, and
            // Airflow drops the log. That request has no `s3:prefix`, so listing without a prefix is allowed too: it
            // reveals the names of logs, and not their content.
            sid: "AskForLogs",
            actions: ["s3:ListBucket"],
            resources: [place.bucketArn],
            conditions: { StringLikeIfExists: { "s3:prefix": [`${place.prefix}/*`] } },
        },
        {
            sid: "WriteLogs",
            actions: ["s3:PutObject", "s3:GetObject"],
            resources: [`${place.bucketArn}/${place.prefix}/*`],
        },
        useOfKey(place, ["kms:GenerateDataKey", "kms:Decrypt"]),
    ];
}

/** The bucket policy: refuses connections without TLS, and objects encrypted with another key. */
export function taskLogBucketStatements(bucketArn: string, keyArn: string): readonly Statement[] {
    const deny = (sid: string, actions: readonly string[], conditions: Statement["conditions"]): Statement => ({
        sid,
        effect: "Deny",
        principals: { aws: "*" },
        actions,
        resources: [bucketArn, `${bucketArn}/*`],
        conditions,
    });
    return [
        deny("OnlyOverTls", ["s3:*"], { Bool: { "aws:SecureTransport": ["false"] } }),
        deny("OnlyOverTls12AndLater", ["s3:*"], { NumericLessThan: { "s3:TlsVersion": ["1.2"] } }),
        // A request without encryption gets the bucket's. One that asks for KMS without a key would get the AWS managed
        // key.
        deny("OnlyUnderItsKey", ["s3:PutObject"], {
            Null: { "s3:x-amz-server-side-encryption": ["false"] },
            StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": [keyArn] },
        }),
    ];
}

/** Why that cannot be a folder in the bucket. Undefined when it can. Policies contain it without escaping. */
export function prefixProblem(prefix: string): Problem | undefined {
    return /^[\w.=-]+(\/[\w.=-]+)*$/.test(prefix)
        ? undefined
        : {
              path: [],
              value: prefix,
              rule: 'it must be folders of letters, digits and _.=-, joined by "/". Write it as "airflow".',
          };
}

function useOfKey({ account, keyArn }: TaskLogPlace, actions: readonly string[]): Statement {
    return {
        sid: "UseKeyThroughS3",
        actions,
        resources: [keyArn],
        conditions: { StringEquals: { "kms:ViaService": [serviceEndpoint(account, "s3")] } },
    };
}
