import { type Guarded } from "./boundary.ts";
import { githubIssuer } from "./github-trust.ts";
import { layoutObject, reservedPrefix, stackObjects } from "./names.ts";
import { type PolicyDocument, policy, type Statement } from "./policy.ts";
import { mayWriteState, type StackSecrets, type StateLocation } from "./state-permissions.ts";

export interface Deployment {
    readonly region: string;
    /** Begins the name of everything that the stack makes. */
    readonly cluster: string;
    /** What every role that the stack makes must carry. */
    readonly boundaryArn: string;
    /** The bucket's region may be another than the deployment's. */
    readonly state: StateLocation;
    readonly stack: StackSecrets;
    readonly guarded: Guarded;
}

/** What the policies of a deploy role are each about. */
export const deploySubjects = ["state", "network", "cluster", "data", "roles", "limits"] as const;

export type DeploySubject = (typeof deploySubjects)[number];

/**
 * What deploying the platform takes, by subject, each within AWS's limit for one policy. Services that name resources
 * are held to names that begin with the cluster's; EC2, which does not, is held to the region.
 */
export function deployPermissions(deployment: Deployment): Record<DeploySubject, PolicyDocument> {
    return {
        state: policy(...mayWriteState(deployment.state, deployment.stack)),
        network: policy(...network(deployment)),
        cluster: policy(...cluster(deployment)),
        data: policy(...data(deployment)),
        roles: policy(...roles(deployment)),
        limits: policy(...limits(deployment)),
    };
}

function network({ region }: Deployment): Statement[] {
    const here = { StringEquals: { "aws:RequestedRegion": region } };
    return [
        { Sid: "Read", Effect: "Allow", Action: "ec2:Describe*", Resource: "*", Condition: here },
        {
            Sid: "Network",
            Effect: "Allow",
            Action: [
                "ec2:*Address",
                "ec2:*AddressAttribute",
                "ec2:*FlowLogs",
                "ec2:*InternetGateway",
                "ec2:*LaunchTemplate*",
                "ec2:*NatGateway",
                "ec2:*NetworkAcl*",
                "ec2:*Route",
                "ec2:*RouteTable",
                "ec2:*RouteTableAssociation",
                "ec2:*SecurityGroup*",
                "ec2:*Subnet",
                "ec2:*SubnetAttribute",
                "ec2:*Tags",
                "ec2:*Vpc",
                "ec2:*VpcAttribute",
                "ec2:*VpcCidrBlock",
                "ec2:*VpcEndpoint",
                "ec2:*VpcEndpoints",
            ],
            Resource: "*",
            Condition: here,
        },
        {
            Sid: "NodesByLaunchTemplateOnly",
            Effect: "Allow",
            // EKS tries the launch template as whoever makes the node group.
            Action: "ec2:RunInstances",
            Resource: "*",
            Condition: { ...here, Bool: { "ec2:IsLaunchTemplateResource": "true" } },
        },
    ];
}

function cluster({ guarded: { accountId }, region, cluster }: Deployment): Statement[] {
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

function data({ guarded: { accountId }, region, cluster }: Deployment): Statement[] {
    return [
        {
            Sid: "Databases",
            Effect: "Allow",
            Action: "rds:*",
            Resource: [
                ...["cluster", "cluster-pg", "cluster-snapshot", "db", "pg", "snapshot", "subgrp"].map(
                    (kind) => `${kind}:${cluster}*`,
                ),
                "og:default*",
            ].map((name) => `arn:aws:rds:${region}:${accountId}:${name}`),
        },
        {
            Sid: "NoPublicDatabase",
            Effect: "Deny",
            Action: "rds:*",
            Resource: "*",
            Condition: { Bool: { "rds:PubliclyAccessible": "true" } },
        },
        { Sid: "ReadDatabases", Effect: "Allow", Action: "rds:Describe*", Resource: "*" },
        {
            Sid: "BucketsNotObjects",
            Effect: "Allow",
            Action: [
                "s3:*Bucket",
                "s3:*Configuration",
                "s3:GetBucket*",
                "s3:PutBucket*",
                "s3:DeleteBucketPolicy",
                "s3:GetAccelerateConfiguration",
                "s3:ListTagsForResource",
                "s3:TagResource",
                "s3:UntagResource",
            ],
            Resource: `arn:aws:s3:::${cluster}*`,
        },
        {
            Sid: "Secrets",
            Effect: "Allow",
            Action: "secretsmanager:*",
            // RDS names the secret of a master user that it manages itself.
            Resource: [`${cluster}*`, "rds!*"].map(
                (name) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`,
            ),
        },
        {
            Sid: "NewKeys",
            Effect: "Allow",
            Action: ["kms:CreateKey", "kms:ListAliases", "kms:ListKeys"],
            Resource: "*",
            Condition: { StringEquals: { "aws:RequestedRegion": region } },
        },
        {
            Sid: "KeysToAdminister",
            Effect: "Allow",
            // Of what they encrypt, none is opened: that is for the services that the keys are made for.
            Action: [
                "kms:*Alias",
                "kms:*KeyRotation*",
                "kms:*Resource*",
                "kms:CancelKeyDeletion",
                "kms:DescribeKey",
                "kms:EnableKey",
                "kms:GetKeyPolicy",
                "kms:ListKeyPolicies",
                "kms:PutKeyPolicy",
                "kms:ScheduleKeyDeletion",
                "kms:UpdateKeyDescription",
            ],
            Resource: [
                `arn:aws:kms:${region}:${accountId}:key/*`,
                `arn:aws:kms:${region}:${accountId}:alias/${cluster}*`,
            ],
        },
        {
            Sid: "KeysForServices",
            Effect: "Allow",
            Action: "kms:CreateGrant",
            Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
            Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
        {
            Sid: "OpenSecretsAndDatabases",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
            Condition: {
                StringEquals: {
                    "kms:ViaService": ["rds", "secretsmanager"].map((name) => `${name}.${region}.amazonaws.com`),
                },
            },
        },
    ];
}

/** Roles only with the boundary, and only those whose names begin with the cluster's. */
function roles({ guarded: { accountId }, cluster, boundaryArn }: Deployment): Statement[] {
    const own = `arn:aws:iam::${accountId}:role/${cluster}*`;
    const policies = `arn:aws:iam::${accountId}:policy/${cluster}*`;
    const issuers = `arn:aws:iam::${accountId}:oidc-provider/oidc.eks.*`;
    const bounded = { StringEquals: { "iam:PermissionsBoundary": boundaryArn } };
    return [
        { Sid: "Read", Effect: "Allow", Action: ["iam:Get*", "iam:List*"], Resource: [own, policies, issuers] },
        {
            Sid: "RolesWithBoundary",
            Effect: "Allow",
            Action: [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
            ],
            Resource: own,
            Condition: bounded,
        },
        {
            Sid: "OwnRoles",
            Effect: "Allow",
            // IAM does not say for these whether the role has a boundary. It has: it was made here.
            Action: ["iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription"],
            Resource: own,
        },
        {
            Sid: "HandRolesToServices",
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: own,
            Condition: {
                StringEquals: {
                    "iam:PassedToService": [
                        "ec2.amazonaws.com",
                        "eks.amazonaws.com",
                        "monitoring.rds.amazonaws.com",
                        "pods.eks.amazonaws.com",
                        "vpc-flow-logs.amazonaws.com",
                    ],
                },
            },
        },
        {
            Sid: "Policies",
            Effect: "Allow",
            Action: [
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:SetDefaultPolicyVersion",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            Resource: policies,
        },
        {
            Sid: "ClusterIssuer",
            Effect: "Allow",
            Action: "iam:*OpenIDConnectProvider*",
            Resource: issuers,
        },
        {
            Sid: "RolesLinkedToServices",
            Effect: "Allow",
            Action: "iam:CreateServiceLinkedRole",
            Resource: `arn:aws:iam::${accountId}:role/aws-service-role/*`,
            Condition: {
                StringEquals: {
                    "iam:AWSServiceName": [
                        "autoscaling.amazonaws.com",
                        "eks-nodegroup.amazonaws.com",
                        "eks.amazonaws.com",
                        "elasticloadbalancing.amazonaws.com",
                        "rds.amazonaws.com",
                        "spot.amazonaws.com",
                    ],
                },
            },
        },
    ];
}

/** Holds whatever else is attached to the role one day: nobody widens it through the platform. */
function limits({ boundaryArn, state, stack, guarded }: Deployment): Statement[] {
    return [
        {
            Sid: "NoRoleWithoutBoundary",
            Effect: "Deny",
            Action: [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
            ],
            Resource: "*",
            Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundaryArn } },
        },
        {
            Sid: "NoOtherIdentity",
            Effect: "Deny",
            Action: [
                "iam:*AccessKey*",
                "iam:*Group*",
                "iam:*LoginProfile*",
                "iam:*SAMLProvider*",
                "iam:*User*",
                "iam:DeleteRolePermissionsBoundary",
                "organizations:*",
                "sts:AssumeRole",
            ],
            Resource: "*",
        },
        {
            Sid: "NothingOfTheBootstrap",
            Effect: "Deny",
            NotAction: ["iam:Get*", "iam:List*"],
            Resource: [
                `arn:aws:iam::${guarded.accountId}:role/${reservedPrefix}*`,
                `arn:aws:iam::${guarded.accountId}:policy/${reservedPrefix}*`,
                `arn:aws:iam::${guarded.accountId}:oidc-provider/${githubIssuer}`,
            ],
        },
        {
            Sid: "StateOnlyAsState",
            Effect: "Deny",
            NotAction: ["s3:DeleteObject", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            Resource: [guarded.bucketArn, `${guarded.bucketArn}/*`],
        },
        {
            Sid: "NoOtherObject",
            Effect: "Deny",
            Action: ["s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*"],
            NotResource: [layoutObject, ...stackObjects(stack.stack)].map((key) => `${state.bucketArn}/${key}`),
        },
        {
            Sid: "StateKeysOnlyToUse",
            Effect: "Deny",
            NotAction: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            Resource: guarded.keyArns,
        },
        {
            Sid: "NoOtherSecretsKey",
            Effect: "Deny",
            Action: "kms:*",
            Resource: guarded.keyArns.filter((arn) => arn !== state.bucketKeyArn && arn !== stack.secretsKeyArn),
        },
    ];
}
