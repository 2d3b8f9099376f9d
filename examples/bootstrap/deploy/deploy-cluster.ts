import { type Deployment } from "./deployment.ts";
import { type Statement } from "../policy.ts";

/** The cluster, all in it, and its logs. */
export function cluster({ guarded: { accountId }, region, cluster }: Deployment): Statement[] {
    const eks = `arn:aws:eks:${region}:${accountId}`;
    return [
        {
            Sid: "Read",
            Effect: "Allow",
            Action: ["eks:DescribeAddonVersions", "eks:DescribeClusterVersions", "eks:ListAccessPolicies"],
            Resource: "*",
        },
        {
            Sid: "NewCluster",
            Effect: "Allow",
            // AWS asks before the cluster has a name. Whoever makes it is no administrator of it, unless the stack says so.
            Action: "eks:CreateCluster",
            Resource: "*",
            Condition: {
                StringEquals: { "aws:RequestedRegion": region },
                Bool: { "eks:bootstrapClusterCreatorAdminPermissions": "false" },
            },
        },
        {
            Sid: "OwnClusterAndAllInIt",
            Effect: "Allow",
            Action: "eks:*",
            Resource: [
                `${eks}:cluster/${cluster}`,
                ...["access-entry", "addon", "identityproviderconfig", "nodegroup", "podidentityassociation"].map(
                    (kind) => `${eks}:${kind}/${cluster}/*`,
                ),
            ],
        },
        {
            Sid: "WarningsOfNodes",
            Effect: "Allow",
            Action: ["events:*Rule", "events:*Targets*", "events:TagResource", "events:UntagResource"],
            Resource: `arn:aws:events:${region}:${accountId}:rule/${cluster}*`,
        },
        {
            Sid: "QueueOfWarnings",
            Effect: "Allow",
            Action: ["sqs:*Queue", "sqs:*QueueAttributes", "sqs:*QueueTags", "sqs:GetQueueUrl"],
            Resource: `arn:aws:sqs:${region}:${accountId}:${cluster}*`,
        },
        {
            Sid: "Logs",
            Effect: "Allow",
            Action: ["logs:*LogGroup", "logs:*RetentionPolicy", "logs:*Resource", "logs:AssociateKmsKey"],
            Resource: [`/aws/eks/${cluster}/*`, `${cluster}*`, `/aws/vpc/${cluster}*`, `/aws/rds/*/${cluster}*`].map(
                (group) => `arn:aws:logs:${region}:${accountId}:log-group:${group}`,
            ),
        },
        { Sid: "ReadLogs", Effect: "Allow", Action: "logs:DescribeLogGroups", Resource: "*" },
        {
            Sid: "DeliverFlowLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogDelivery", "logs:DeleteLogDelivery"],
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": region } },
        },
    ];
}
