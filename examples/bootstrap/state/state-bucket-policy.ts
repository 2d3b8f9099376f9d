import { type PolicyDocument, policy } from "../policy.ts";

/** Refuses whoever comes without TLS, or with one that is broken. It gives nothing to anybody: that is IAM's. */
export function overTlsOnly(bucketArn: string): PolicyDocument {
    const everything = [bucketArn, `${bucketArn}/*`];
    return policy(
        {
            Sid: "OverTlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: everything,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
            Sid: "NotOverOldTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: everything,
            Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
        },
    );
}
