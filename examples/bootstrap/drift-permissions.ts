import { type PolicyDocument, policy } from "./policy.ts";

/**
 * Takes from a role all but looking, whatever else allows more. With what a deployment may do it leaves the right to see
 * what that deployment made, with its state and the secrets in it.
 */
export function onlyLooking(): PolicyDocument {
    return policy({
        Sid: "ChangeNothing",
        Effect: "Deny",
        // What AWS itself counts as reading, of the services that a deployment uses, and no more.
        NotAction: [
            "ec2:Describe*",
            "ec2:Get*",
            "eks:Describe*",
            "eks:List*",
            "events:Describe*",
            "events:List*",
            "iam:Get*",
            "iam:List*",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Get*",
            "kms:List*",
            "logs:Describe*",
            "logs:List*",
            "rds:Describe*",
            "rds:List*",
            "route53:Get*",
            "route53:List*",
            "s3:Get*",
            "s3:List*",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetResourcePolicy",
            "secretsmanager:List*",
            "sqs:Get*",
            "sqs:List*",
            "sts:GetCallerIdentity",
        ],
        Resource: "*",
    });
}
