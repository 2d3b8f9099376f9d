import { type AwsAccount, serviceEndpoint } from "../../aws/account.ts";
import { type Statement } from "../../aws/iam-statement.ts";
import { type Problem } from "../../problem.ts";

/** Where task logs are, or a part of them. */
export interface TaskLogPlace {
    readonly account: AwsAccount;
    readonly bucketArn: string;
    readonly keyArn: string;
    /** The folder in the bucket, without slashes at its ends. A part of it is a place too: `airflow/dag_id=team_a`. */
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

/** What tasks and the triggerer need to write logs. They read as well: a log is appended to by writing it anew. */
export function writeTaskLogs(place: TaskLogPlace): readonly Statement[] {
    return [
        {
            // Airflow first asks whether the log is there. Without this right S3 answers 403 in place of 404, and Airflow
            // drops the log. That question has no `s3:prefix`, so a listing without one is allowed too: it shows the names
            // of logs, and not what is in them.
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

/** The bucket's own policy: no connection that can be read on its way, and no object under another key. */
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
        // A request that names no encryption gets the bucket's. One that names KMS and no key would get AWS's own.
        deny("OnlyUnderItsKey", ["s3:PutObject"], {
            Null: { "s3:x-amz-server-side-encryption": ["false"] },
            StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": [keyArn] },
        }),
    ];
}

/** Why that cannot be a folder in the bucket, or nothing. It is written into policies as it is. */
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
