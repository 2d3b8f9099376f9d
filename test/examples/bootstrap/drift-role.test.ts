import assert from "node:assert/strict";

import { accountId } from "./account.ts";
import {
    answers,
    bootstrapRights,
    bucket,
    change,
    here,
    iam,
    object,
    type Rights,
    throughS3,
    zoneArn,
} from "./rights.ts";

describe("the drift role of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const role = "airflow-linkerd-drift-prod";
    const state = "stacks/airflow-linkerd/prod.json";

    it("trusts jobs of an environment of its own, of the one repository", () => {
        const { "token.actions.githubusercontent.com:sub": subject } =
            rights.trusts.get(role)?.Statement[0]?.Condition?.StringEquals ?? {};
        assert.equal(subject, "repo:acme@1001/airflow@2002:environment:prod-drift");
    });

    it("is there only where the environment says why", () => {
        assert.ok(!rights.trusts.has("airflow-linkerd-drift-staging"));
    });

    answers(() => rights, role, "allows", {
        "read the state, and open the secrets in it": () => [
            { action: "s3:ListBucket", resource: bucket },
            { action: "s3:GetObject", resource: object(state) },
            { action: "kms:Decrypt", resource: rights.key("state-encryption"), context: throughS3 },
            { action: "kms:Decrypt", resource: rights.key("prod-secrets") },
        ],
        "see what the deployment made": () => [
            { action: "ec2:DescribeSubnets", resource: "*", context: here },
            { action: "iam:GetRole", resource: `${iam}:role/airflow-prod-tasks` },
            {
                action: "eks:DescribeCluster",
                resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod`,
                context: here,
            },
            {
                action: "rds:DescribeDBInstances",
                resource: `arn:aws:rds:eu-central-1:${accountId}:db:airflow-prod-database`,
                context: here,
            },
            { action: "route53:ListResourceRecordSets", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
        ],
    });

    answers(() => rights, role, "denies", {
        "change the state, or lock it": () => [
            { action: "s3:PutObject", resource: object(state) },
            { action: "s3:DeleteObject", resource: object(state) },
            { action: "s3:PutObject", resource: object("locks/organization/airflow-linkerd/prod/1.json") },
            { action: "kms:Encrypt", resource: rights.key("prod-secrets") },
        ],
        "change what the deployment made": () => [
            { action: "ec2:DeleteSubnet", resource: `arn:aws:ec2:eu-central-1:${accountId}:subnet/subnet-1` },
            { action: "iam:CreateRole", resource: `${iam}:role/airflow-prod-tasks` },
            { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-tasks` },
            { action: "eks:DeleteCluster", resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod` },
            {
                action: "rds:DeleteDBInstance",
                resource: `arn:aws:rds:eu-central-1:${accountId}:db:airflow-prod-database`,
            },
            { action: "s3:DeleteBucket", resource: "arn:aws:s3:::airflow-prod-task-logs" },
            change("Z0123456789ABCDEFGHIJ", "A", "airflow.example.com"),
        ],
        "read another environment's state, or task logs": () => [
            { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/staging.json") },
            { action: "kms:Decrypt", resource: rights.key("staging-secrets") },
            { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-task-logs/dag/1.log" },
        ],
    });
});
