import assert from "node:assert/strict";

import { policyDocument } from "../../../../components/aws/policy-document.ts";
import { boundaryStatements, serviceProblem } from "../../../../components/identity/roles/boundary-statements.ts";
import {
    PermissionsBoundary,
    type PermissionsBoundaryArgs,
} from "../../../../components/identity/roles/permissions-boundary.ts";
import { sizeOf } from "../../../../components/identity/roles/policy-problems.ts";
import { madeUpAccount } from "../../../support/made-up-aws.ts";
import { underMocks, unknown, value } from "../../../support/mocks.ts";
import { decide } from "../../../support/iam/simulation.ts";

const account = madeUpAccount.id;
const role = `arn:aws:iam::${account}:role/prod-airflow-airflow-worker`;
const own = `arn:aws:iam::${account}:policy/prod-workload-boundary`;
const key = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`;
const named = "arn:aws:iam::210987654321:role/data-reader";
const everything = policyDocument([{ sid: "All", actions: ["*"], resources: ["*"] }]);

const boundary = policyDocument(
    boundaryStatements({
        services: ["s3", "kms", "secretsmanager", "logs", "ec2", "rds", "eks", "dynamodb"],
        assumableRoleArns: [named],
        stateBucketArns: ["arn:aws:s3:::state"],
    }),
);

/** What the boundary leaves of a role whose policies allow everything. */
const ask = (action: string, resource: string, within = boundary) =>
    decide(
        { principal: role, policies: { everything }, boundary: within },
        { action, resource, resourceAccount: account },
    );

describe("The permissions boundary", () => {
    const never: Record<string, [action: string, resource: string][]> = {
        "changes identities": [
            ["iam:CreateRole", role],
            ["iam:AttachRolePolicy", role],
            ["iam:PutRolePolicy", role],
            ["iam:UpdateAssumeRolePolicy", role],
            ["iam:PassRole", role],
            ["iam:CreateAccessKey", `arn:aws:iam::${account}:user/admin`],
            ["iam:CreateOpenIDConnectProvider", `arn:aws:iam::${account}:oidc-provider/example.com`],
        ],
        "changes its own boundary": [
            ["iam:DeleteRolePermissionsBoundary", role],
            ["iam:PutRolePermissionsBoundary", role],
            ["iam:CreatePolicyVersion", own],
            ["iam:SetDefaultPolicyVersion", own],
            ["iam:DeletePolicy", own],
        ],
        "becomes another": [
            ["sts:AssumeRole", `arn:aws:iam::${account}:role/admin`],
            ["sts:AssumeRole", "arn:aws:iam::210987654321:role/other"],
            ["sts:AssumeRoleWithWebIdentity", `arn:aws:iam::${account}:role/admin`],
            ["sts:TagSession", `arn:aws:iam::${account}:role/admin`],
        ],
        "blinds those who watch": [
            ["cloudtrail:StopLogging", `arn:aws:cloudtrail:eu-west-1:${account}:trail/all`],
            ["cloudtrail:DeleteTrail", `arn:aws:cloudtrail:eu-west-1:${account}:trail/all`],
            ["cloudtrail:PutEventSelectors", `arn:aws:cloudtrail:eu-west-1:${account}:trail/all`],
            ["guardduty:DeleteDetector", `arn:aws:guardduty:eu-west-1:${account}:detector/1`],
            ["guardduty:UpdateDetector", `arn:aws:guardduty:eu-west-1:${account}:detector/1`],
            ["config:StopConfigurationRecorder", "*"],
            ["securityhub:DisableSecurityHub", "*"],
            ["logs:DeleteLogGroup", `arn:aws:logs:eu-west-1:${account}:log-group:/aws/eks/prod/cluster`],
            ["logs:PutRetentionPolicy", `arn:aws:logs:eu-west-1:${account}:log-group:/aws/eks/prod/cluster`],
            ["ec2:DeleteFlowLogs", `arn:aws:ec2:eu-west-1:${account}:vpc-flow-log/fl-1`],
            ["s3:PutBucketLogging", "arn:aws:s3:::logs"],
        ],
        "sees the state of stacks": [
            ["s3:GetObject", "arn:aws:s3:::state/.pulumi/stacks/prod.json"],
            ["s3:PutObject", "arn:aws:s3:::state/.pulumi/stacks/prod.json"],
            ["s3:ListBucket", "arn:aws:s3:::state"],
        ],
        "destroys keys, or what they protect": [
            ["kms:ScheduleKeyDeletion", key],
            ["kms:DisableKey", key],
            ["s3:DeleteBucket", "arn:aws:s3:::logs"],
            ["s3:PutBucketVersioning", "arn:aws:s3:::logs"],
            ["s3:PutLifecycleConfiguration", "arn:aws:s3:::logs"],
            ["s3:BypassGovernanceRetention", "arn:aws:s3:::logs/x"],
            ["rds:DeleteDBInstance", `arn:aws:rds:eu-west-1:${account}:db:airflow`],
            ["rds:ModifyDBInstance", `arn:aws:rds:eu-west-1:${account}:db:airflow`],
        ],
        "opens doors for others": [
            ["kms:PutKeyPolicy", key],
            ["s3:PutBucketPolicy", "arn:aws:s3:::logs"],
            ["s3:PutBucketPublicAccessBlock", "arn:aws:s3:::logs"],
            ["s3:PutObjectAcl", "arn:aws:s3:::logs/x"],
            ["secretsmanager:PutResourcePolicy", `arn:aws:secretsmanager:eu-west-1:${account}:secret:a-AbCdEf`],
        ],
        "binds other accounts of the cluster to roles": [
            ["eks:CreatePodIdentityAssociation", `arn:aws:eks:eu-west-1:${account}:cluster/prod`],
            ["eks:CreateAccessEntry", `arn:aws:eks:eu-west-1:${account}:cluster/prod`],
            ["eks:AssociateAccessPolicy", `arn:aws:eks:eu-west-1:${account}:access-entry/prod/role/${account}/x/1`],
        ],
        "leaves the organisation": [
            ["organizations:LeaveOrganization", "*"],
            ["account:CloseAccount", `arn:aws:account::${account}:account`],
        ],
    };
    for (const [what, attempts] of Object.entries(never)) {
        it(`never lets through a workload that ${what}`, async () => {
            for (const [action, resource] of attempts) {
                assert.equal(await ask(action, resource), "ExplicitlyDenied", `${action} on ${resource}`);
            }
        });
    }

    it("lets grants reach the services in use, and no other", async () => {
        assert.equal(await ask("s3:GetObject", "arn:aws:s3:::data/x"), "Allowed");
        assert.equal(await ask("dynamodb:GetItem", `arn:aws:dynamodb:eu-west-1:${account}:table/x`), "Allowed");
        assert.equal(await ask("sqs:SendMessage", `arn:aws:sqs:eu-west-1:${account}:queue`), "ImplicitlyDenied");
    });

    it("lets grants reach of another service what is said, and no more of it", async () => {
        const zone = "arn:aws:route53:::hostedzone/Z1";
        const within = policyDocument(
            boundaryStatements({
                services: ["s3"],
                further: [{ sid: "One", actions: ["route53:ListResourceRecordSets"], resources: [zone] }],
                assumableRoleArns: [],
                stateBucketArns: [],
            }),
        );
        assert.equal(await ask("route53:ListResourceRecordSets", zone, within), "Allowed");
        for (const [action, resource] of [
            ["route53:ListResourceRecordSets", `${zone}2`],
            ["route53:DeleteHostedZone", zone],
        ] as const) {
            assert.equal(await ask(action, resource, within), "ImplicitlyDenied", action);
        }
    });

    it("takes no wildcard there without a reason", () => {
        const further = [{ sid: "All", actions: ["route53:*"], resources: ["*"] }];
        return assert.rejects(
            underMocks(["aws:iam/policy:Policy"], () => {
                return new PermissionsBoundary("boundary", { stateBucketArns: [], further, namePrefix: "prod" });
            }),
            /further\[0\]\.actions\[0\] is "route53:\*": name the actions that it needs/,
        );
    });

    it("grants nothing by itself", async () => {
        const requester = { principal: role, boundary };
        const request = { action: "s3:GetObject", resource: "arn:aws:s3:::data/x", resourceAccount: account };
        assert.equal(await decide(requester, request), "ImplicitlyDenied");
    });

    it("lets a workload assume the roles that it names", async () => {
        const trust = policyDocument([
            { sid: "Trust", principals: { aws: [role] }, actions: ["sts:AssumeRole", "sts:TagSession"] },
        ]);
        const request = { action: "sts:AssumeRole", resource: named, resourcePolicy: trust };
        assert.equal(await decide({ principal: role, policies: { everything }, boundary }, request), "Allowed");
    });

    it("stops also what another role's trust would give", async () => {
        const admin = `arn:aws:iam::${account}:role/admin`;
        const trust = policyDocument([{ sid: "Trust", principals: { aws: [role] }, actions: ["sts:AssumeRole"] }]);
        const request = { action: "sts:AssumeRole", resource: admin, resourcePolicy: trust };
        assert.equal(await decide({ principal: role, boundary }, request), "ExplicitlyDenied");
        assert.equal(await decide({ principal: role }, request), "Allowed");
    });

    it("cannot be opened to what no workload may use", () => {
        for (const service of ["iam", "sts", "organizations", "cloudtrail", "guardduty"]) {
            assert.match(
                String(serviceProblem("services[0]", service)),
                /^services\[0\] is ".+": no workload may use it/,
            );
        }
        for (const service of ["*", "s3:*", "S3", ""]) {
            assert.match(String(serviceProblem("services[0]", service)), /prefix of one service/);
        }
        assert.equal(serviceProblem("services[0]", "dynamodb"), undefined);
    });

    it("lets AWS make the own role of a service that it names, and leaves nothing else of IAM open", async () => {
        const own = "elasticloadbalancing.amazonaws.com";
        const opened = policyDocument(
            boundaryStatements({
                services: ["ec2", "elasticloadbalancing"],
                assumableRoleArns: [],
                stateBucketArns: [],
                ownRolesOf: [own],
            }),
        );
        const make = (service: string, within = opened) =>
            decide(
                { principal: role, policies: { everything }, boundary: within },
                {
                    action: "iam:CreateServiceLinkedRole",
                    resource: `arn:aws:iam::${account}:role/aws-service-role/${service}/AWSServiceRole`,
                    context: { "iam:AWSServiceName": service },
                },
            );
        assert.equal(await make(own), "Allowed");
        assert.equal(await make("spot.amazonaws.com"), "ExplicitlyDenied");
        assert.equal(await make(own, boundary), "ExplicitlyDenied", "no other boundary has it");
        for (const attempts of Object.values(never)) {
            for (const [action, resource] of attempts.filter(([each]) =>
                /^(iam|cloudtrail|organizations):/.test(each),
            )) {
                assert.equal(await ask(action, resource, opened), "ExplicitlyDenied", action);
            }
        }
        assert.equal(await ask("s3:GetObject", "arn:aws:s3:::data/x", opened), "ImplicitlyDenied");
    });

    it("leaves room for many services, buckets and roles", () => {
        const many = (count: number, text: string) => Array.from({ length: count }, (_, index) => `${text}${index}`);
        const statements = boundaryStatements({
            services: many(30, "service-with-a-name-"),
            assumableRoleArns: many(10, named),
            stateBucketArns: many(3, "arn:aws:s3:::state-of-the-company-in-the-region-"),
        });
        assert.ok(sizeOf(policyDocument(statements)) <= 6144);
    });
});

describe("PermissionsBoundary", () => {
    const make = (args: Omit<PermissionsBoundaryArgs, "namePrefix">, options = {}) =>
        underMocks(
            ["aws:iam/policy:Policy"],
            () => new PermissionsBoundary("boundary", { namePrefix: "prod", ...args }),
            options,
        );

    it("is one managed policy, named after the cluster, for what Airflow itself uses", async () => {
        const { made, registered } = await make({ stateBucketArns: ["arn:aws:s3:::state"] }, { stack: "other" });
        assert.equal(registered.input("boundary-policy", "name"), "prod-workload-boundary");
        assert.equal(await value(made.policyArn), own);
        const { Statement } = JSON.parse(String(registered.input("boundary-policy", "policy"))) as typeof boundary;
        assert.deepEqual(Statement[0]?.Action, ["s3:*", "kms:*", "secretsmanager:*"]);
        assert.ok(JSON.stringify(Statement).includes("arn:aws:s3:::state/*"));
    });

    it("refuses a service that no workload may use, before anything is made", async () => {
        await assert.rejects(make({ stateBucketArns: [], services: ["s3", "iam"] }), /services\[1\] is "iam"/);
    });

    it("is registered in a first preview, with nothing known", async () => {
        const { registered } = await make({ stateBucketArns: unknown<readonly string[]>() }, { preview: true });
        assert.ok(registered.get("boundary-policy"));
    });
});
