import assert from "node:assert/strict";

import { defaultPlatformPool, defaultTaskPool, type ScaledBy } from "../../../../components/cluster/nodes/node-pool.ts";
import { madeUpAccount as account } from "../../../support/made-up-aws.ts";
import { AwsStage } from "../aws-stage.ts";

const group = "cluster-nodes-tasks-nodes";

const config = (minimum: number, scaledBy: ScaledBy) => {
    const zones = ["eu-west-1a", "eu-west-1b"];
    return {
        network: { account, cidr: "10.20.0.0/16", zones, clusterName: "prod" },
        cluster: {
            account,
            clusterName: "prod",
            admins: ["arn:aws:iam::123456789012:role/deployer"],
            nodes: {
                kind: "managed",
                scaledBy,
                platform: defaultPlatformPool,
                tasks: { ...defaultTaskPool, minimum },
            },
        },
    };
};

describe("the number of task nodes", function () {
    // Each run starts a program, which takes seconds on a quiet machine.
    this.timeout(120_000);

    let stage: AwsStage;
    before(async () => {
        stage = await AwsStage.open();
        assert.equal((await stage.up(config(2, "stack"))).ok, true, stage.shown);
    });
    after(() => stage.close());

    const scaling = () => stage.input(group, "scalingConfig");

    it("is the minimum, also of nodes that are there: AWS takes no minimum above the number", async () => {
        assert.deepEqual(await scaling(), { minSize: 2, maxSize: 20, desiredSize: 2 });
        assert.equal((await stage.up(config(5, "stack"))).ok, true, stage.shown);
        assert.deepEqual(stage.calls, [`update ${group}`]);
        assert.deepEqual(await scaling(), { minSize: 5, maxSize: 20, desiredSize: 5 });
    });

    it("is an autoscaler's from the deployment on that says so, whatever becomes of the minimum", async () => {
        assert.equal((await stage.up(config(0, "autoscaler"))).ok, true, stage.shown);
        assert.deepEqual(await scaling(), { minSize: 0, maxSize: 20, desiredSize: 5 });
    });
});
