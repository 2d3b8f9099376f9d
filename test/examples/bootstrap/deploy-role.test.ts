import assert from "node:assert/strict";

import { accountId } from "./account.ts";
import {
    bootstrapRights,
    type Rights,
    answers,
    boundary,
    bucket,
    everything,
    github,
    here,
    iam,
    change,
    object,
    secret,
    serviceBoundary,
    throughS3,
    zoneArn,
} from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

describe("the deploy role of prod of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const role = "airflow-linkerd-deploy-prod";
    const own = `${iam}:role/airflow-prod-scheduler`;
    const ofNodes = `${iam}:role/airflow-prod-nodes`;
    const eks = `arn:aws:eks:eu-central-1:${accountId}`;
    const noCreatorAdmin = { "eks:bootstrapClusterCreatorAdminPermissions": "false" };
    const rds = `arn:aws:rds:eu-central-1:${accountId}`;

    it("trusts the environment prod, of the one repository", () => {
        const { "token.actions.githubusercontent.com:sub": subject } =
            rights.trusts.get(role)?.Statement[0]?.Condition?.StringEquals ?? {};
        assert.equal(subject, "repo:acme@1001/airflow@2002:environment:prod");
    });

    answers(() => rights, role, "allows", {
        "use its own stack's state and secrets": () => [
            { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json.bak") },
            { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/prod.json") },
            { action: "s3:PutObject", resource: object("locks/organization/airflow-linkerd/prod/1.json") },
            { action: "s3:DeleteObject", resource: object("locks/organization/airflow-linkerd/prod/1.json") },
            { action: "s3:PutObject", resource: object("journal/airflow-linkerd/prod/1.json") },
            { action: "kms:GenerateDataKey", resource: rights.key("state-encryption"), context: throughS3 },
            { action: "kms:Decrypt", resource: rights.key("prod-secrets") },
            { action: "kms:Encrypt", resource: rights.key("prod-secrets") },
        ],
        "make a network": () =>
            ["vpc", "subnet", "security-group", "natgateway", "route-table"].map((kind) => ({
                action: `ec2:Create${kind.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}`.replace(
                    "Natgateway",
                    "NatGateway",
                ),
                resource: `arn:aws:ec2:eu-central-1:${accountId}:${kind}/one-1`,
                context: here,
            })),
        "make its cluster and all in it": () => [
            { action: "eks:CreateCluster", resource: "*", context: { ...here, ...noCreatorAdmin } },
            { action: "eks:DeleteCluster", resource: `${eks}:cluster/airflow-prod` },
            { action: "eks:CreateNodegroup", resource: `${eks}:cluster/airflow-prod` },
            { action: "eks:UpdateNodegroupConfig", resource: `${eks}:nodegroup/airflow-prod/tasks/1` },
            { action: "eks:CreatePodIdentityAssociation", resource: `${eks}:cluster/airflow-prod` },
        ],
        "make its database, buckets and secrets": () => [
            { action: "rds:CreateDBInstance", resource: `${rds}:db:airflow-prod` },
            { action: "rds:CreateDBSubnetGroup", resource: `${rds}:subgrp:airflow-prod-database` },
            { action: "s3:CreateBucket", resource: "arn:aws:s3:::airflow-prod-logs" },
            { action: "s3:PutEncryptionConfiguration", resource: "arn:aws:s3:::airflow-prod-logs" },
            { action: "s3:PutLifecycleConfiguration", resource: "arn:aws:s3:::airflow-prod-logs" },
            { action: "s3:PutBucketPublicAccessBlock", resource: "arn:aws:s3:::airflow-prod-logs" },
            { action: "secretsmanager:CreateSecret", resource: secret("airflow-prod/connections") },
        ],
        "let services use keys that it made, and open its secrets through theirs": () => {
            const resource = `arn:aws:kms:eu-central-1:${accountId}:key/of-the-cluster`;
            const context = { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" };
            return [
                { action: "kms:CreateGrant", resource, context: { "kms:GrantIsForAWSResource": "true" } },
                { action: "kms:Decrypt", resource, context },
            ];
        },
        "lead names of its zones to a load balancer": () => [
            ...["Z0123456789ABCDEFGHIJ", "ZPRODINSIDE"].flatMap((zone) => [
                change(zone, "A", "airflow.example.com"),
                change(zone, "A", "airflow.example.com", "AAAA"),
                ...["GetHostedZone", "ListResourceRecordSets", "ListTagsForResource"].map((action) => ({
                    action: `route53:${action}`,
                    resource: zoneArn(zone),
                })),
            ]),
            { action: "route53:GetChange", resource: "arn:aws:route53:::change/C0123" },
        ],
        "make roles with the boundary, and hand them on": () => [
            { action: "iam:CreateRole", resource: own, context: boundary },
            { action: "iam:PutRolePolicy", resource: own, context: boundary },
            { action: "iam:AttachRolePolicy", resource: own, context: boundary },
            { action: "iam:UpdateAssumeRolePolicy", resource: own, context: boundary },
            { action: "iam:DeleteRole", resource: own, context: boundary },
            { action: "iam:PassRole", resource: own, context: { "iam:PassedToService": "pods.eks.amazonaws.com" } },
        ],
        "make the cluster's own roles with theirs, and hand them on": () => [
            { action: "iam:CreateRole", resource: ofNodes, context: serviceBoundary },
            { action: "iam:AttachRolePolicy", resource: ofNodes, context: serviceBoundary },
            { action: "iam:PutRolePermissionsBoundary", resource: ofNodes, context: serviceBoundary },
            { action: "iam:PassRole", resource: ofNodes, context: { "iam:PassedToService": "ec2.amazonaws.com" } },
            { action: "iam:PassRole", resource: ofNodes, context: { "iam:PassedToService": "eks.amazonaws.com" } },
        ],
        "change and delete the keys of its stack": () =>
            ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource"].map((action) => ({
                action,
                resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-cluster`,
                context: { "aws:ResourceTag/airflow-linkerd/stack": "prod" },
            })),
        "have RDS make a master password and change it": () =>
            ["CreateSecret", "TagResource", "DescribeSecret", "RotateSecret"].map((action) => ({
                action: `secretsmanager:${action}`,
                resource: secret("rds!db-0123"),
            })),
        "trust its cluster's service accounts": () => ({
            action: "iam:CreateOpenIDConnectProvider",
            resource: `${iam}:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF`,
        }),
    });

    answers(() => rights, role, "denies", {
        "touch another environment's state or secrets": () => [
            { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/staging.json") },
            { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/staging.json") },
            { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/production.json") },
            { action: "kms:Decrypt", resource: rights.key("staging-secrets") },
        ],
        "touch another environment's cluster, data or roles": () => [
            { action: "eks:DeleteCluster", resource: `${eks}:cluster/airflow-staging` },
            { action: "eks:CreateAccessEntry", resource: `${eks}:cluster/airflow-staging` },
            { action: "rds:DeleteDBInstance", resource: `${rds}:db:airflow-staging` },
            { action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::airflow-staging-logs" },
            { action: "secretsmanager:GetSecretValue", resource: secret("airflow-staging/connections") },
            { action: "iam:DeleteRole", resource: `${iam}:role/airflow-staging-scheduler` },
            {
                action: "iam:PassRole",
                resource: `${iam}:role/airflow-staging-scheduler`,
                context: { "iam:PassedToService": "eks.amazonaws.com" },
            },
        ],
        "make records in a zone that is another's": () => [
            change("Z9876543210ZYXWVUTSRQ", "A", "airflow.staging.example.com"),
            { action: "route53:ListResourceRecordSets", resource: zoneArn("Z9876543210ZYXWVUTSRQ") },
            { action: "route53:CreateHostedZone", resource: "*" },
            { action: "route53:ListHostedZones", resource: "*" },
        ],
        "make records of its zones by which more than a load balancer's name is taken over": () => [
            ...["MX", "NS", "TXT", "CNAME", "CAA", "SOA"].map((type) =>
                change("Z0123456789ABCDEFGHIJ", type, "example.com"),
            ),
            change("Z0123456789ABCDEFGHIJ", "A", "example.com", "MX"),
            { action: "route53:ChangeResourceRecordSets", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
            { action: "route53:DeleteHostedZone", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
            { action: "route53:AssociateVPCWithHostedZone", resource: zoneArn("ZPRODINSIDE") },
        ],
        "forget what was": () => [
            { action: "s3:DeleteObjectVersion", resource: object("stacks/airflow-linkerd/prod.json") },
            { action: "s3:PutBucketVersioning", resource: bucket },
            { action: "s3:PutLifecycleConfiguration", resource: bucket },
            { action: "s3:DeleteBucket", resource: bucket },
            { action: "s3:PutBucketPolicy", resource: bucket },
        ],
        "delete the keys of state and secrets, or change who may use them": () =>
            ["state-encryption", "prod-secrets"].flatMap((name) =>
                ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey"].map((action) => ({
                    action,
                    resource: rights.key(name),
                })),
            ),
        "make a role without the boundary, or with another": () => [
            { action: "iam:CreateRole", resource: own },
            {
                action: "iam:CreateRole",
                resource: own,
                context: { "iam:PermissionsBoundary": `${iam}:policy/airflow-prod-boundary` },
            },
            {
                action: "iam:CreateRole",
                resource: own,
                context: { "iam:PermissionsBoundary": `${iam}:policy/airflow-linkerd-boundary-staging` },
            },
            { action: "iam:PutRolePolicy", resource: own },
            { action: "iam:AttachRolePolicy", resource: own },
            { action: "iam:DeleteRolePermissionsBoundary", resource: own, context: boundary },
        ],
        "give a workload the boundary of the cluster's own roles, for one of its own or for a new one": () =>
            [own, `${iam}:role/airflow-prod-nodes-2`, `${iam}:role/airflow-prod-airflow-airflow-api-server`].flatMap(
                (resource) =>
                    [
                        "iam:CreateRole",
                        "iam:PutRolePermissionsBoundary",
                        "iam:PutRolePolicy",
                        "iam:AttachRolePolicy",
                        "iam:UpdateAssumeRolePolicy",
                    ].map((action) => ({ action, resource, context: serviceBoundary })),
            ),
        "take a boundary off": () =>
            [own, ofNodes].flatMap((resource) =>
                [boundary, serviceBoundary].map((context) => ({
                    action: "iam:DeleteRolePermissionsBoundary",
                    resource,
                    context,
                })),
            ),
        "hand the role of a workload to a machine": () =>
            ["ec2", "eks", "monitoring.rds", "vpc-flow-logs"].map((service) => ({
                action: "iam:PassRole",
                resource: own,
                context: { "iam:PassedToService": `${service}.amazonaws.com` },
            })),
        "make a role of another name": () => ({
            action: "iam:CreateRole",
            resource: `${iam}:role/Administrator`,
            context: boundary,
        }),
        "change a boundary": () =>
            [boundary, serviceBoundary].flatMap((which) =>
                ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"].map((action) => ({
                    action,
                    resource: which["iam:PermissionsBoundary"],
                })),
            ),
        "change itself or another role of the bootstrap": () =>
            ["airflow-linkerd-deploy-prod", "airflow-linkerd-deploy-staging", "airflow-linkerd-preview"].flatMap(
                (name) =>
                    ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"].map(
                        (action) => ({
                            action,
                            resource: `${iam}:role/${name}`,
                            context: action.includes("Policy") && !action.includes("Assume") ? boundary : {},
                        }),
                    ),
            ),
        "change whom GitHub speaks for": () =>
            ["iam:DeleteOpenIDConnectProvider", "iam:AddClientIDToOpenIDConnectProvider"].map((action) => ({
                action,
                resource: `${iam}:oidc-provider/token.actions.githubusercontent.com`,
            })),
        "make itself a way back in": () => [
            { action: "iam:CreateUser", resource: `${iam}:user/airflow-prod` },
            { action: "iam:CreateAccessKey", resource: `${iam}:user/someone` },
            { action: "iam:CreateSAMLProvider", resource: `${iam}:saml-provider/airflow-prod` },
            { action: "sts:AssumeRole", resource: own },
        ],
        "hand a role to a service that runs code of its own": () => ({
            action: "iam:PassRole",
            resource: own,
            context: { "iam:PassedToService": "lambda.amazonaws.com" },
        }),
        "read what tasks wrote": () => [
            { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/dag_id=x/1.log" },
            { action: "kms:Decrypt", resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-logs` },
        ],
        "be an administrator of the cluster by making it": () => ({
            action: "eks:CreateCluster",
            resource: "*",
            context: { ...here, "eks:bootstrapClusterCreatorAdminPermissions": "true" },
        }),
        "make a database that the internet reaches": () => ({
            action: "rds:CreateDBInstance",
            resource: `${rds}:db:airflow-prod`,
            context: { "rds:PubliclyAccessible": "true" },
        }),
        "give a key that it made to anybody": () => ({
            action: "kms:CreateGrant",
            resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-cluster`,
            context: { "kms:GrantIsForAWSResource": "false" },
        }),
        "read the master password of any database": () => ({
            action: "secretsmanager:GetSecretValue",
            resource: secret("rds!db-0123"),
        }),
        "change or delete a key that is not its stack's": () =>
            [undefined, { "aws:ResourceTag/airflow-linkerd/stack": "staging" }].flatMap((context) =>
                ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource"].map((action) => ({
                    action,
                    resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-others`,
                    ...(context && { context }),
                })),
            ),
        "call another stack's key its own": () => ({
            action: "kms:TagResource",
            resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-staging`,
            context: {
                "aws:RequestTag/airflow-linkerd/stack": "prod",
                "aws:ResourceTag/airflow-linkerd/stack": "staging",
            },
        }),
        "make a key that does not say whose it is": () => ({
            action: "kms:CreateKey",
            resource: "*",
            context: here,
        }),
        "go to another region": () => ({
            action: "ec2:CreateVpc",
            resource: `arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-1`,
            context: { "aws:RequestedRegion": "us-east-1" },
        }),
        "start machines past its launch templates": () => ({
            action: "ec2:RunInstances",
            resource: `arn:aws:ec2:eu-central-1:${accountId}:instance/i-1`,
            context: here,
        }),
    });

    it("stays within its limits whatever is attached to it", async () => {
        const deployer = `${iam}:role/${role}`;
        const staging = object("stacks/airflow-linkerd/staging.json");
        const attempts: Request[] = [
            { action: "iam:CreateRole", resource: `${iam}:role/Administrator` },
            { action: "iam:PutRolePolicy", resource: own },
            { action: "iam:UpdateAssumeRolePolicy", resource: own },
            { action: "iam:CreateRole", resource: own, context: serviceBoundary },
            { action: "iam:PutRolePermissionsBoundary", resource: own, context: serviceBoundary },
            { action: "iam:DeleteRolePermissionsBoundary", resource: own, context: boundary },
            { action: "iam:DeleteRolePermissionsBoundary", resource: ofNodes, context: serviceBoundary },
            { action: "iam:AttachRolePolicy", resource: deployer, context: boundary },
            { action: "iam:UpdateAssumeRolePolicy", resource: deployer, context: boundary },
            { action: "iam:CreatePolicyVersion", resource: boundary["iam:PermissionsBoundary"] },
            { action: "iam:DeleteOpenIDConnectProvider", resource: github },
            { action: "iam:CreateUser", resource: `${iam}:user/me` },
            { action: "iam:CreateAccessKey", resource: `${iam}:user/me` },
            { action: "sts:AssumeRole", resource: `${iam}:role/Administrator` },
            { action: "s3:GetObject", resource: staging },
            { action: "s3:PutObject", resource: staging },
            { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/dag_id=x/1.log" },
            { action: "s3:DeleteObjectVersion", resource: object("stacks/airflow-linkerd/prod.json") },
            { action: "s3:PutBucketVersioning", resource: bucket },
            { action: "s3:DeleteBucketPolicy", resource: bucket },
            { action: "kms:ScheduleKeyDeletion", resource: rights.key("prod-secrets") },
            { action: "kms:PutKeyPolicy", resource: rights.key("state-encryption") },
            { action: "kms:Decrypt", resource: rights.key("staging-secrets") },
        ];
        for (const request of attempts) {
            const what = `${request.action} on ${request.resource}`;
            assert.equal(
                await answerToRole([...rights.of(role), everything], rights.asked(request)),
                "ExplicitlyDenied",
                what,
            );
        }
    });
});
