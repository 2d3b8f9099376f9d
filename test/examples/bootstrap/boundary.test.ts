import assert from "node:assert/strict";

import { accountId } from "./account.ts";
import {
    bootstrapRights,
    type Rights,
    bucket,
    everything,
    iam,
    logStream,
    object,
    secret,
    throughS3,
} from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

const ec2 = (resource: string) => `arn:aws:ec2:eu-central-1:${accountId}:${resource}`;
const balancer = `arn:aws:elasticloadbalancing:eu-central-1:${accountId}:loadbalancer/net/k8s-entrance/1`;

/** What makes the load balancer of a stack's entrance. */
const balancing: readonly Request[] = [
    { action: "elasticloadbalancing:CreateLoadBalancer", resource: balancer },
    { action: "elasticloadbalancing:DeleteLoadBalancer", resource: balancer },
    { action: "elasticloadbalancing:DescribeTargetHealth", resource: "*" },
    { action: "ec2:CreateSecurityGroup", resource: ec2("security-group/sg-1") },
    { action: "ec2:AuthorizeSecurityGroupIngress", resource: ec2("security-group/sg-1") },
    { action: "ec2:DescribeSubnets", resource: "*" },
    {
        action: "iam:CreateServiceLinkedRole",
        resource: `${iam}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
    },
];

describe("the boundary of prod's roles of examples/bootstrap", function () {
    this.timeout(120_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const within = (request: Request) =>
        answerToRole([everything], rights.asked(request), rights.policies.get("airflow-linkerd-boundary-prod"));

    it("lets a workload have what its own policies give", async () => {
        const allowed: Request[] = [
            { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/1.log" },
            { action: "secretsmanager:GetSecretValue", resource: secret("airflow-prod/connections") },
            { action: "kms:Decrypt", resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-logs` },
            { action: "iam:CreateServiceLinkedRole", resource: `${iam}:role/aws-service-role/x` },
            { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-node` },
            { action: "iam:CreateInstanceProfile", resource: `${iam}:instance-profile/eks-1` },
            ...balancing,
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
            { action: "kms:Decrypt", resource: rights.key("state-encryption"), context: throughS3 },
            { action: "kms:Decrypt", resource: rights.key("prod-secrets") },
        ];
        for (const request of never) {
            assert.equal(await within(request), "ExplicitlyDenied", request.action);
        }
    });
});
