import assert from "node:assert/strict";

import { policyDocument } from "../../../components/aws/policy-document.ts";
import { boundaryStatements } from "../../../components/identity/roles/boundary-statements.ts";
import { servicesOfAirflow } from "../../../components/identity/roles/permissions-boundary.ts";
import { type WorkloadRules, workloadBoundary } from "../../../examples/bootstrap/boundaries/workload-boundary.ts";
import { accountId } from "./account.ts";
import {
    bootstrapRights,
    type Rights,
    bucket,
    change,
    everything,
    iam,
    logStream,
    object,
    secret,
    throughS3,
    zoneArn,
} from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

describe("the boundary of prod's workloads of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const within = (request: Request) =>
        answerToRole([everything], rights.asked(request), rights.policies.get("airflow-linkerd-boundary-prod"));

    for (const [chosen, rules] of Object.entries<WorkloadRules>({
        "with nothing besides": { services: [], assumableRoleArns: [], zoneIds: [] },
        "with a service and a role besides": {
            services: ["dynamodb"],
            assumableRoleArns: ["arn:aws:iam::210987654321:role/data"],
            zoneIds: [],
        },
    })) {
        it(`is the one that the platform would make, and guards the keys of the state as well, ${chosen}`, () => {
            const keyArns = [`arn:aws:kms:eu-central-1:${accountId}:key/state`];
            const own = workloadBoundary({ accountId, bucketArn: bucket, keyArns }, rules).Statement;
            const ofPlatform = policyDocument(
                boundaryStatements({
                    services: [...servicesOfAirflow, ...rules.services],
                    assumableRoleArns: rules.assumableRoleArns,
                    stateBucketArns: [bucket],
                }),
            ).Statement;
            assert.deepEqual(own, [
                ...ofPlatform,
                { Sid: "KeysOfTheState", Effect: "Deny", Action: ["kms:*"], Resource: keyArns },
            ]);
        });
    }

    it("lets a workload have what its own policies give", async () => {
        const allowed: Request[] = [
            { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/1.log" },
            { action: "secretsmanager:GetSecretValue", resource: secret("airflow-prod/connections") },
            { action: "kms:Decrypt", resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-logs` },
            change("Z0123456789ABCDEFGHIJ", "TXT", "_acme-challenge.airflow.example.com"),
            { action: "route53:GetChange", resource: "arn:aws:route53:::change/C0123" },
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
            { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-nodes` },
            { action: "iam:UpdateAssumeRolePolicy", resource: `${iam}:role/x` },
            { action: "iam:DeleteRolePermissionsBoundary", resource: `${iam}:role/x` },
            { action: "iam:CreatePolicyVersion", resource: `${iam}:policy/x` },
            { action: "iam:CreateUser", resource: `${iam}:user/x` },
            { action: "sts:AssumeRole", resource: `${iam}:role/airflow-linkerd-deploy-prod` },
            { action: "sts:AssumeRole", resource: "arn:aws:iam::210987654321:role/data-of-another-account" },
            { action: "kms:PutKeyPolicy", resource: `arn:aws:kms:eu-central-1:${accountId}:key/of-the-logs` },
            {
                action: "eks:CreatePodIdentityAssociation",
                resource: `arn:aws:eks:eu-central-1:${accountId}:cluster/airflow-prod`,
            },
            { action: "cloudtrail:StopLogging", resource: `arn:aws:cloudtrail:eu-central-1:${accountId}:trail/all` },
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

    it("leaves closed what nobody opened", async () => {
        const closed: Request[] = [
            {
                action: "dynamodb:GetItem",
                resource: `arn:aws:dynamodb:eu-central-1:${accountId}:table/orders`,
            },
            { action: "ec2:RunInstances", resource: `arn:aws:ec2:eu-central-1:${accountId}:instance/i-1` },
            change("Z0123456789ABCDEFGHIJ", "A", "airflow.example.com"),
            change("Z0123456789ABCDEFGHIJ", "A", "_acme-challenge.airflow.example.com"),
            change("Z0123456789ABCDEFGHIJ", "TXT", "_acme-challenge.airflow.example.com", "NS"),
            change("Z0123456789ABCDEFGHIJ", "TXT", "example.com"),
            change("Z9876543210ZYXWVUTSRQ", "TXT", "_acme-challenge.airflow.example.com"),
            { action: "route53:ChangeResourceRecordSets", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
            { action: "route53:DeleteHostedZone", resource: zoneArn("Z0123456789ABCDEFGHIJ") },
        ];
        for (const request of closed) {
            assert.equal(await within(request), "ImplicitlyDenied", request.action);
        }
    });
});
