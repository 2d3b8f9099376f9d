import { type PolicyDocument, policy } from "./policy.ts";

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
        { Sid: "NoState", Effect: "Deny", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] },
        { Sid: "NoKeyOfTheState", Effect: "Deny", Action: "kms:*", Resource: keyArns },
    );
}
