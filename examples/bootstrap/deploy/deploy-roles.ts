import { type Deployment } from "./deployment.ts";
import { serviceRoleNames } from "../names.ts";
import { type Statement } from "../policy.ts";

/** What changes a role, of which IAM says which boundary the role has, or will have. */
const changesOfRoles = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
];

/** Roles only with the boundary that is theirs, and only those whose names begin with the cluster's. */
export function roles({ guarded: { accountId }, cluster, boundaries }: Deployment): Statement[] {
    const own = `arn:aws:iam::${accountId}:role/${cluster}*`;
    const policies = `arn:aws:iam::${accountId}:policy/${cluster}*`;
    const issuers = `arn:aws:iam::${accountId}:oidc-provider/oidc.eks.*`;
    const services = serviceRoleNames(cluster).map((name) => `arn:aws:iam::${accountId}:role/${name}`);
    const boundedBy = (arn: string) => ({ StringEquals: { "iam:PermissionsBoundary": arn } });
    return [
        { Sid: "Read", Effect: "Allow", Action: ["iam:Get*", "iam:List*"], Resource: [own, policies, issuers] },
        // An issuer is found by its address, in the list of all of them.
        { Sid: "FindIssuers", Effect: "Allow", Action: "iam:ListOpenIDConnectProviders", Resource: "*" },
        {
            Sid: "FindRolesLinkedToServices",
            Effect: "Allow",
            // EKS looks for its own, as whoever makes nodes, before it makes one.
            Action: "iam:GetRole",
            Resource: `arn:aws:iam::${accountId}:role/aws-service-role/*`,
        },
        {
            Sid: "RolesOfWorkloads",
            Effect: "Allow",
            Action: changesOfRoles,
            Resource: own,
            Condition: boundedBy(boundaries.workloadsArn),
        },
        {
            Sid: "RolesOfServices",
            Effect: "Allow",
            Action: changesOfRoles,
            Resource: services,
            Condition: boundedBy(boundaries.servicesArn),
        },
        {
            Sid: "OwnRoles",
            Effect: "Allow",
            // IAM does not say for these whether the role has a boundary. It has: it was made here.
            Action: ["iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription"],
            Resource: own,
        },
        {
            Sid: "ProfilesOfOwnNodes",
            Effect: "Allow",
            // A profile hands a role to a machine, which needs the right to pass that role as well.
            Action: "iam:*InstanceProfile",
            Resource: `arn:aws:iam::${accountId}:instance-profile/${cluster}*`,
        },
        {
            Sid: "HandRolesToPods",
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: own,
            Condition: { StringEquals: { "iam:PassedToService": "pods.eks.amazonaws.com" } },
        },
        {
            Sid: "HandRolesToServices",
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: services,
            Condition: {
                StringEquals: {
                    "iam:PassedToService": [
                        "ec2.amazonaws.com",
                        "eks.amazonaws.com",
                        "monitoring.rds.amazonaws.com",
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
