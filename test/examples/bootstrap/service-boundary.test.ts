import assert from "node:assert/strict";

import { accountId } from "./account.ts";
import { bootstrapRights, type Rights, everything, iam, logStream, object, secret } from "./rights.ts";
import { answerToRole, type Request } from "./simulator.ts";

const region = "eu-central-1";
const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${accountId}:${resource}`;
const node = arn("ec2", "instance/i-1");
const volume = arn("ec2", "volume/vol-1");
const balancer = arn("elasticloadbalancing", "loadbalancer/net/airflow/1");
const toMachines = { "iam:PassedToService": "ec2.amazonaws.com" };
const throughEc2 = { "kms:ViaService": `ec2.${region}.amazonaws.com` };

/**
 * What each of the cluster's own roles is for, by the policies of AWS that it has or its own: a part of each, which is
 * what breaks where the boundary is too tight.
 */
const needed: Readonly<Record<string, readonly Request[]>> = {
    "the control plane": [
        { action: "ec2:CreateSecurityGroup", resource: arn("ec2", "security-group/sg-1") },
        { action: "autoscaling:DescribeAutoScalingGroups", resource: "*" },
        { action: "elasticloadbalancing:RegisterTargets", resource: arn("elasticloadbalancing", "targetgroup/a/1") },
        { action: "kms:DescribeKey", resource: arn("kms", "key/of-the-cluster") },
        {
            action: "iam:CreateServiceLinkedRole",
            resource: `${iam}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
        },
    ],
    "the control plane in Auto Mode": [
        { action: "ec2:CreateFleet", resource: arn("ec2", "fleet/fleet-1") },
        { action: "iam:CreateInstanceProfile", resource: `${iam}:instance-profile/eks-eu-central-1-airflow-prod-1` },
        { action: "iam:AddRoleToInstanceProfile", resource: `${iam}:instance-profile/eks-eu-central-1-airflow-prod-1` },
        { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-auto-mode-nodes`, context: toMachines },
        { action: "ec2:CreateVolume", resource: volume },
        { action: "elasticloadbalancing:CreateListener", resource: balancer },
        { action: "wafv2:GetWebACLForResource", resource: arn("wafv2", "regional/webacl/a/1") },
        { action: "shield:GetSubscriptionState", resource: "*" },
    ],
    nodes: [
        { action: "eks:DescribeCluster", resource: arn("eks", "cluster/airflow-prod") },
        { action: "eks-auth:AssumeRoleForPodIdentity", resource: arn("eks", "cluster/airflow-prod") },
        { action: "ecr:GetAuthorizationToken", resource: "*" },
        { action: "ecr:BatchGetImage", resource: arn("ecr", "repository/airflow") },
        { action: "ecr:BatchImportUpstreamImage", resource: arn("ecr", "repository/airflow") },
        { action: "ssm:UpdateInstanceInformation", resource: node },
        { action: "ssm:ListInstanceAssociations", resource: node },
        { action: "ssm:UpdateInstanceAssociationStatus", resource: node },
        { action: "ssmmessages:OpenDataChannel", resource: "*" },
        { action: "ec2messages:GetMessages", resource: "*" },
    ],
    "the network of pods": [
        { action: "ec2:CreateNetworkInterface", resource: arn("ec2", "network-interface/eni-1") },
        { action: "ec2:AssignPrivateIpAddresses", resource: arn("ec2", "network-interface/eni-1") },
    ],
    "disks, also those under a key": [
        { action: "ec2:AttachVolume", resource: volume },
        { action: "ec2:CreateSnapshot", resource: `arn:aws:ec2:${region}::snapshot/snap-1` },
        { action: "kms:GenerateDataKeyWithoutPlaintext", resource: arn("kms", "key/of-disks"), context: throughEc2 },
        { action: "kms:CreateGrant", resource: arn("kms", "key/of-disks"), context: throughEc2 },
    ],
    Karpenter: [
        { action: "ec2:RunInstances", resource: node },
        { action: "ec2:TerminateInstances", resource: node },
        { action: "pricing:GetProducts", resource: "*" },
        { action: "ssm:GetParameter", resource: arn("ssm", "parameter/aws/service/eks/optimized-ami/1.36") },
        { action: "sqs:ReceiveMessage", resource: arn("sqs", "airflow-prod-interruptions") },
        { action: "iam:PassRole", resource: `${iam}:role/airflow-prod-nodes`, context: toMachines },
        { action: "iam:GetInstanceProfile", resource: `${iam}:instance-profile/airflow-prod-task-nodes` },
        { action: "eks:DescribeCluster", resource: arn("eks", "cluster/airflow-prod") },
    ],
    "what makes load balancers": [
        { action: "elasticloadbalancing:CreateLoadBalancer", resource: balancer },
        { action: "elasticloadbalancing:DescribeTargetHealth", resource: "*" },
        { action: "ec2:AuthorizeSecurityGroupIngress", resource: arn("ec2", "security-group/sg-1") },
        { action: "ec2:GetSecurityGroupsForVpc", resource: arn("ec2", "vpc/vpc-1") },
        {
            action: "iam:CreateServiceLinkedRole",
            resource: `${iam}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
        },
    ],
    "flow logs": [
        { action: "logs:PutLogEvents", resource: logStream },
        { action: "logs:DescribeLogGroups", resource: "*" },
    ],
    "measurements of the database, whose group RDS makes": [
        { action: "logs:CreateLogGroup", resource: arn("logs", "log-group:RDSOSMetrics") },
        { action: "logs:PutRetentionPolicy", resource: arn("logs", "log-group:RDSOSMetrics") },
        { action: "logs:GetLogEvents", resource: arn("logs", "log-group:RDSOSMetrics:log-stream:db-1") },
    ],
};

/** What is theirs to nobody's good, however it were granted. */
const never: Readonly<Record<string, readonly Request[]>> = {
    "read data": [
        { action: "s3:GetObject", resource: "arn:aws:s3:::airflow-prod-logs/1.log" },
        { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
        { action: "secretsmanager:GetSecretValue", resource: secret("airflow-prod/connections") },
        { action: "dynamodb:GetItem", resource: arn("dynamodb", "table/orders") },
        { action: "kms:Decrypt", resource: arn("kms", "key/of-the-logs") },
        {
            action: "kms:Decrypt",
            resource: arn("kms", "key/of-the-logs"),
            context: { "kms:ViaService": `s3.${region}.amazonaws.com` },
        },
        { action: "logs:GetLogEvents", resource: arn("logs", "log-group:/aws/eks/airflow-prod/cluster:log-stream:1") },
    ],
    "become or change somebody else": [
        { action: "sts:AssumeRole", resource: `${iam}:role/airflow-linkerd-deploy-prod` },
        { action: "iam:CreateRole", resource: `${iam}:role/x` },
        { action: "iam:PutRolePolicy", resource: `${iam}:role/airflow-prod-nodes` },
        { action: "iam:PutRolePermissionsBoundary", resource: `${iam}:role/airflow-prod-nodes` },
        {
            action: "iam:PassRole",
            resource: `${iam}:role/airflow-prod-airflow-tasks-airflow-task`,
            context: toMachines,
        },
        {
            action: "iam:PassRole",
            resource: `${iam}:role/airflow-prod-nodes`,
            context: { "iam:PassedToService": "lambda.amazonaws.com" },
        },
        { action: "eks:CreatePodIdentityAssociation", resource: arn("eks", "cluster/airflow-prod") },
        { action: "eks:CreateAccessEntry", resource: arn("eks", "cluster/airflow-prod") },
        { action: "ssm:SendCommand", resource: node },
        { action: "ssm:StartSession", resource: node },
    ],
    "hide what it did": [
        { action: "logs:DeleteLogStream", resource: logStream },
        { action: "logs:PutRetentionPolicy", resource: arn("logs", "log-group:/aws/eks/airflow-prod/cluster") },
        { action: "ec2:DeleteFlowLogs", resource: arn("ec2", "vpc-flow-log/fl-1") },
        { action: "cloudtrail:StopLogging", resource: arn("cloudtrail", "trail/all") },
    ],
    "end what data stands on": [
        { action: "rds:DeleteDBInstance", resource: arn("rds", "db:airflow-prod") },
        { action: "kms:PutKeyPolicy", resource: arn("kms", "key/of-the-cluster") },
        { action: "kms:ScheduleKeyDeletion", resource: arn("kms", "key/of-the-cluster") },
        { action: "ecr:PutImage", resource: arn("ecr", "repository/airflow") },
    ],
};

describe("the boundary of the cluster's own roles of examples/bootstrap", function () {
    this.timeout(600_000);

    let rights: Rights;
    before(async () => {
        rights = await bootstrapRights();
    });

    const within = (request: Request) =>
        answerToRole([everything], rights.asked(request), rights.policies.get("airflow-linkerd-service-boundary-prod"));

    for (const [whose, requests] of Object.entries(needed)) {
        it(`leaves what they need to the roles of ${whose}`, async () => {
            for (const request of requests) {
                assert.equal(await within(request), "Allowed", request.action);
            }
        });
    }

    for (const [what, requests] of Object.entries(never)) {
        it(`lets none of them ${what}`, async () => {
            for (const request of requests) {
                assert.notEqual(await within(request), "Allowed", `${request.action} on ${request.resource}`);
                assert.equal(await answerToRole([everything], rights.asked(request)), "Allowed", request.action);
            }
        });
    }

    it("keeps them from the state also where the state's own policy would let them in", async () => {
        for (const request of [
            { action: "s3:GetObject", resource: object("stacks/airflow-linkerd/prod.json") },
            { action: "kms:Decrypt", resource: rights.key("prod-secrets") },
            { action: "sts:AssumeRole", resource: `${iam}:role/airflow-linkerd-deploy-prod` },
        ]) {
            assert.equal(await within(request), "ExplicitlyDenied", request.action);
        }
    });
});
