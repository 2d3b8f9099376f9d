import assert from "node:assert/strict";

import { accountId } from "./account.ts";
import {
    bootstrapRights,
    type Rights,
    answers,
    bucket,
    everything,
    iam,
    logStream,
    change,
    object,
    secret,
    throughS3,
    zoneArn,
} from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

describe("the preview role of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const role = "airflow-linkerd-preview";
    const staging = "stacks/airflow-linkerd/staging.json";

    it("trusts pull requests, of the one repository", () => {
        const { "token.actions.githubusercontent.com:sub": subject } =
            rights.trusts.get(role)?.Statement[0]?.Condition?.StringEquals ?? {};
        assert.equal(subject, "repo:acme@1001/airflow@2002:pull_request");
    });

    answers(() => rights, role, "allows", {
        "read the state of an environment that says so": () => [
            { action: "s3:ListBucket", resource: bucket },
            { action: "s3:GetObject", resource: object("meta.yaml") },
            { action: "s3:GetObject", resource: object(staging) },
            { action: "kms:Decrypt", resource: rights.key("state-encryption"), context: throughS3 },
            { action: "kms:Decrypt", resource: rights.key("staging-secrets") },
        ],
        "look up the network and the cluster": () => [
            { action: "ec2:DescribeSubnets", resource: "*" },
            {
                action: "eks:DescribeCluster",
                resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod`,
            },
        ],
    });

    answers(() => rights, role, "allows", {
        "look up the zones of an environment that says so": () =>
            ["GetHostedZone", "ListResourceRecordSets", "ListTagsForResource"].map((action) => ({
                action: `route53:${action}`,
                resource: zoneArn("Z9876543210ZYXWVUTSRQ"),
            })),
    });

    answers(() => rights, role, "denies", {
        "look up the zones of an environment that does not, or change any": () => [
            { action: "route53:ListResourceRecordSets", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
            { action: "route53:GetHostedZone", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
            change("Z9876543210ZYXWVUTSRQ", "A", "airflow.staging.example.com"),
        ],
        "read the state of an environment that does not": () => [
            { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
            { action: "s3:GetObject", resource: object("history/airflow-linkerd/prod/prod-1.history.json") },
            { action: "kms:Decrypt", resource: rights.key("prod-secrets") },
        ],
        "write the state, even of what it may read": () => [
            { action: "s3:PutObject", resource: object(staging) },
            { action: "s3:DeleteObject", resource: object(staging) },
            { action: "s3:PutObject", resource: object("locks/organization/airflow-linkerd/staging/1.json") },
            { action: "kms:GenerateDataKey", resource: rights.key("state-encryption"), context: throughS3 },
            { action: "kms:Encrypt", resource: rights.key("staging-secrets") },
        ],
        "read an old version of the state": () => ({ action: "s3:GetObjectVersion", resource: object(staging) }),
        "use the bucket's key past the bucket": () => ({
            action: "kms:Decrypt",
            resource: rights.key("state-encryption"),
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
                await answerToRole([...rights.of(role), everything], rights.asked(request)),
                "ExplicitlyDenied",
                request.action,
            );
        }
    });
});
