import assert from "node:assert/strict";

import { FlowLogs, type FlowLogsArgs } from "../../../../components/cluster/network/flow-logs.ts";
import { retentionDays, retentionProblem } from "../../../../components/aws/log-retention.ts";
import { type Registered, underMocks } from "../../../support/mocks.ts";
import { madeUpAccount as account } from "../../../support/made-up-aws.ts";

const kinds = [
    "aws:ec2/flowLog:FlowLog",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:cloudwatch/logGroup:LogGroup",
];
const usual: FlowLogsArgs = {
    account,
    vpcId: "vpc-1",
    namePrefix: "prod",
    retentionDays: 90,
};
const groupArn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc/prod/flow-logs";

const flowLogs = (args: Partial<FlowLogsArgs> = {}) =>
    underMocks(kinds, () => new FlowLogs("flow", { ...usual, ...args }));

/** A resource's policy as it is sent to AWS. */
function policy(registered: Registered, name: string, input: string) {
    return JSON.parse(String(registered.input(name, input))) as { Statement: Record<string, unknown>[] };
}

describe("FlowLogs", () => {
    it("records what was accepted and what was refused, for as long as is asked", async () => {
        const { registered } = await flowLogs();
        assert.equal(registered.input("flow-vpc", "trafficType"), "ALL");
        assert.equal(registered.input("flow-vpc", "vpcId"), "vpc-1");
        assert.equal(registered.input("flow-vpc", "logDestination"), groupArn);
        assert.equal(registered.input("flow-logs-group", "retentionInDays"), 90);
    });

    it("has a role that may write to its own group, assumed only for VPCs of the account", async () => {
        const { registered } = await flowLogs();
        const [trust] = policy(registered, "flow-writer-role", "assumeRolePolicy").Statement;
        assert.deepEqual(trust, {
            Sid: "OneService",
            Effect: "Allow",
            Principal: { Service: ["vpc-flow-logs.amazonaws.com"] },
            Action: ["sts:AssumeRole"],
            Condition: {
                StringEquals: { "aws:SourceAccount": ["123456789012"] },
                ArnLike: { "aws:SourceArn": ["arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*"] },
            },
        });
        const [write, find] = policy(registered, "flow-writer-policy", "policy").Statement;
        assert.deepEqual(write?.Resource, [groupArn, `${groupArn}:*`]);
        assert.deepEqual(find?.Action, ["logs:DescribeLogGroups"]);
    });

    it("encrypts under a key that CloudWatch can use for this group and no other", async () => {
        const { registered } = await flowLogs();
        const key = "flow-logs-encryption-key";
        assert.ok(registered.dependenciesOf("flow-logs-group").includes(key));
        assert.equal(registered.input(key, "enableKeyRotation"), true);
        assert.equal(registered.input(key, "deletionWindowInDays"), 30);
        const [, logs] = policy(registered, key, "policy").Statement;
        assert.deepEqual(logs?.Principal, { Service: ["logs.eu-west-1.amazonaws.com"] });
        assert.deepEqual(logs.Condition, { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": [groupArn] } });
    });

    it("calls what it makes by the cluster's name, where a service lets it", async () => {
        const { registered } = await flowLogs();
        assert.equal(registered.input("flow-logs-group", "name"), "/aws/vpc/prod/flow-logs");
        assert.equal(registered.input("flow-logs-encryption-alias", "name"), "alias/prod/flow-logs");
        assert.equal(registered.input("flow-writer-role", "name"), "prod-flow-logs");
    });

    it("bounds its role where the account wants that", async () => {
        const { registered } = await flowLogs({ permissionsBoundary: "arn:aws:iam::123456789012:policy/bound" });
        assert.equal(
            registered.input("flow-writer-role", "permissionsBoundary"),
            "arn:aws:iam::123456789012:policy/bound",
        );
    });

    it("refuses a number of days that CloudWatch does not have", async () => {
        assert.ok(retentionDays.every((days) => retentionProblem(days) === undefined));
        await assert.rejects(
            flowLogs({ retentionDays: 45 }),
            /retentionDays is 45: CloudWatch keeps .* Choose one of 1, 3, 5/,
        );
    });
});
