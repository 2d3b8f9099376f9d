import assert from "node:assert/strict";

import { policyDocument } from "../../../../../components/aws/policy-document.ts";
import { controllerStatements } from "../../../../../components/cluster/nodes/karpenter/controller-statements.ts";
import { madeUpAccount as account } from "../../../../support/made-up-aws.ts";
import { decide } from "../../../../support/iam/simulation.ts";

const ec2 = (resource: string) => `arn:aws:ec2:${account.region}:${account.id}:${resource}`;
const iam = (resource: string) => `arn:aws:iam::${account.id}:${resource}`;
const queueArn = `arn:aws:sqs:${account.region}:${account.id}:prod-interruptions`;

const policy = policyDocument(
    controllerStatements({
        account,
        clusterName: "prod",
        queueArn,
        nodeRoleArn: iam("role/prod-nodes"),
        instanceProfileArn: iam("instance-profile/prod-task-nodes"),
    }),
);

const tags = (when: string, cluster: string) => ({
    [`aws:${when}/kubernetes.io/cluster/${cluster}`]: "owned",
    [`aws:${when}/karpenter.sh/nodepool`]: "airflow-tasks-general",
});
const started = (cluster: string) => ({
    ...tags("RequestTag", cluster),
    "aws:RequestTag/eks:eks-cluster-name": cluster,
});

const allowed = async (action: string, resource: string, context: Record<string, string> = {}): Promise<boolean> =>
    (await decide(
        { principal: iam("role/prod-karpenter"), policies: { own: policy } },
        { action, resource, context: { "aws:RequestedRegion": account.region, ...context } },
    )) === "Allowed";

describe("Karpenter's rights", () => {
    it("start nodes that carry the cluster's tag, from anything in the account, and no others", async () => {
        const node = ec2("instance/i-1");
        assert.equal(await allowed("ec2:RunInstances", ec2("subnet/subnet-1")), true);
        assert.equal(await allowed("ec2:RunInstances", node, started("prod")), true);
        assert.equal(await allowed("ec2:RunInstances", node), false);
        assert.equal(await allowed("ec2:RunInstances", node, started("other")), false);
        assert.equal(await allowed("ec2:RunInstances", ec2("launch-template/lt-1"), tags("ResourceTag", "prod")), true);
        assert.equal(await allowed("ec2:RunInstances", ec2("launch-template/lt-1")), false);
    });

    it("end those alone", async () => {
        const node = ec2("instance/i-1");
        assert.equal(await allowed("ec2:TerminateInstances", node, tags("ResourceTag", "prod")), true);
        assert.equal(await allowed("ec2:TerminateInstances", node, tags("ResourceTag", "other")), false);
        assert.equal(await allowed("ec2:TerminateInstances", node), false);
    });

    it("tag what they start, and no machine of others", async () => {
        const node = ec2("instance/i-1");
        const atStart = { ...started("prod"), "ec2:CreateAction": "RunInstances" };
        assert.equal(await allowed("ec2:CreateTags", node, atStart), true);
        assert.equal(await allowed("ec2:CreateTags", node, started("prod")), false);
    });

    it("hand nodes one role, make no role but EC2's own for spot nodes, and make no profile", async () => {
        const toEc2 = { "iam:PassedToService": "ec2.amazonaws.com" };
        assert.equal(await allowed("iam:PassRole", iam("role/prod-nodes"), toEc2), true);
        assert.equal(await allowed("iam:PassRole", iam("role/admin"), toEc2), false);
        assert.equal(
            await allowed("iam:PassRole", iam("role/prod-nodes"), { "iam:PassedToService": "lambda.amazonaws.com" }),
            false,
        );
        const spot = iam("role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot");
        assert.equal(
            await allowed("iam:CreateServiceLinkedRole", spot, { "iam:AWSServiceName": "spot.amazonaws.com" }),
            true,
        );
        assert.equal(await allowed("iam:CreateRole", iam("role/prod-nodes")), false);
        assert.equal(await allowed("iam:CreateInstanceProfile", iam("instance-profile/prod-task-nodes")), false);
    });

    it("read one queue, and nothing that is said elsewhere", async () => {
        assert.equal(await allowed("sqs:ReceiveMessage", queueArn), true);
        assert.equal(await allowed("sqs:ReceiveMessage", `${queueArn}-2`), false);
        assert.equal(await allowed("sqs:SendMessage", queueArn), false);
    });
});
