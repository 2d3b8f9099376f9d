import { type PolicyDocument, policy, type Statement } from "./policy.ts";

export interface Guarded {
    readonly accountId: string;
    readonly bucketArn: string;
    /** The keys of the bucket and of every environment's secrets. */
    readonly keyArns: readonly string[];
}

/**
 * The most that a role of the platform can ever be given, whatever is attached to it. It gives nothing by itself. The
 * deploy role can make no role without it and cannot change it, so a deployment cannot reach further than this.
 */
export function boundary({ accountId, bucketArn, keyArns }: Guarded): PolicyDocument {
    return policy(
        { Sid: "AtMost", Effect: "Allow", Action: "*", Resource: "*" },
        {
            Sid: "NoPowerOverWhoMayWhat",
            Effect: "Deny",
            // Not among them: instance profiles, roles linked to services and PassRole, with which EKS runs nodes.
            Action: [
                "iam:*AccessKey*",
                "iam:*Group*",
                "iam:*LoginProfile*",
                "iam:*MFADevice*",
                "iam:*OpenIDConnectProvider*",
                "iam:*PermissionsBoundary",
                "iam:*Policy*",
                "iam:*SAMLProvider*",
                "iam:*User*",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
                "organizations:*",
            ],
            Resource: "*",
        },
        {
            Sid: "NoOtherRoleOfThisAccount",
            Effect: "Deny",
            Action: "sts:AssumeRole",
            Resource: `arn:aws:iam::${accountId}:role/*`,
        },
        {
            Sid: "NoSilence",
            Effect: "Deny",
            Action: [
                "cloudtrail:DeleteTrail",
                "cloudtrail:PutEventSelectors",
                "cloudtrail:StopLogging",
                "cloudtrail:UpdateTrail",
                "config:DeleteConfigurationRecorder",
                "config:StopConfigurationRecorder",
                "ec2:DeleteFlowLogs",
                "guardduty:DeleteDetector",
                "guardduty:UpdateDetector",
                "logs:DeleteLogGroup",
                "logs:DeleteLogStream",
                "logs:PutRetentionPolicy",
            ],
            Resource: "*",
        },
        {
            Sid: "NoZones",
            Effect: "Deny",
            Action: ["route53:*VPC*", "route53:Create*", "route53:Delete*", "route53:Update*", "route53domains:*"],
            Resource: "*",
        },
        // By a TXT record of that name cert-manager proves that a host is the stack's. By any other people could be led
        // elsewhere.
        noRecords("NoRecordsButProofs", "ForAnyValue:StringNotEquals", "RecordTypes", "TXT"),
        noRecords("NoNamesButProofs", "ForAnyValue:StringNotLike", "NormalizedRecordNames", "_acme-challenge.*"),
        { Sid: "NoState", Effect: "Deny", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] },
        { Sid: "NoKeyOfTheState", Effect: "Deny", Action: "kms:*", Resource: keyArns },
    );
}

/** Of Route 53's condition keys that one which the change of any record does not meet. */
function noRecords(sid: string, operator: string, key: string, value: string): Statement {
    return {
        Sid: sid,
        Effect: "Deny",
        Action: "route53:ChangeResourceRecordSets",
        Resource: "*",
        Condition: { [operator]: { [`route53:ChangeResourceRecordSets${key}`]: value } },
    };
}
