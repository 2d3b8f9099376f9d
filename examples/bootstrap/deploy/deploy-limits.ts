import { type Deployment } from "./deployment.ts";
import { githubIssuer } from "../github/github-trust.ts";
import { layoutObject, reservedPrefix, serviceRoleNames, stackObjects } from "../names.ts";
import { type Statement } from "../policy.ts";

/** What decides what a role may do and who may have it. */
const changesOfRights = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
];

/** Holds whatever else is attached to the role one day: nobody widens it through the platform. */
export function limits({ boundaries, cluster, state, stack, guarded }: Deployment): Statement[] {
    const keysOfOthers = guarded.keyArns.filter((arn) => arn !== state.bucketKeyArn && arn !== stack.secretsKeyArn);
    return [
        {
            Sid: "NoRoleWithoutBoundary",
            Effect: "Deny",
            Action: changesOfRights,
            Resource: "*",
            Condition: {
                StringNotEquals: { "iam:PermissionsBoundary": [boundaries.workloadsArn, boundaries.servicesArn] },
            },
        },
        {
            Sid: "NoWorkloadWithBoundaryOfServices",
            Effect: "Deny",
            Action: changesOfRights,
            NotResource: serviceRoleNames(cluster).map((name) => `arn:aws:iam::${guarded.accountId}:role/${name}`),
            Condition: { StringEquals: { "iam:PermissionsBoundary": boundaries.servicesArn } },
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
        // IAM refuses a statement about no resource, which it would be beside no other environment.
        ...(keysOfOthers.length === 0
            ? []
            : [
                  {
                      Sid: "NoOtherSecretsKey",
                      Effect: "Deny",
                      Action: "kms:*",
                      Resource: keysOfOthers,
                  } as const,
              ]),
    ];
}
