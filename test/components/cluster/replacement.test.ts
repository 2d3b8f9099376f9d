import assert from "node:assert/strict";

import { madeUpAccount as account } from "../../support/made-up-aws.ts";
import { AwsStage } from "./aws-stage.ts";
import { managed } from "./usual-cluster.ts";

interface Change {
    cidr?: string;
    clusterName?: string;
    serviceCidr?: string;
    version?: string;
    allowReplace?: boolean;
    taskTypes?: string[];
}

/** A network and a cluster, with the changes of a test. */
const config = ({
    cidr = "10.20.0.0/16",
    clusterName = "prod",
    version = "1.35",
    serviceCidr,
    allowReplace,
    taskTypes,
}: Change = {}) => {
    const zones = ["eu-west-1a", "eu-west-1b"];
    const pool = { minimum: 1, maximum: 4, diskGb: 50 };
    const tasks = { ...pool, instanceTypes: taskTypes ?? ["m7i.large", "m7a.large", "m6i.large"] };
    return {
        network: { account, cidr, zones, clusterName: "prod", allowReplace },
        cluster: {
            account,
            clusterName,
            version,
            serviceCidr,
            allowReplace,
            admins: ["arn:aws:iam::123456789012:role/deployer"],
            nodes: { ...managed, tasks },
        },
    };
};

const vpc = "network-vpc";
const eks = "cluster-control-plane-cluster";
const access = "cluster-access-admin-deployer";
const platform = "cluster-nodes-platform-nodes";
const tasks = "cluster-nodes-tasks-nodes";

describe("changes that replace a cluster or its network", function () {
    // Each run starts a program, which takes seconds on a quiet machine.
    this.timeout(240_000);

    let stage: AwsStage;
    before(async () => {
        stage = await AwsStage.open();
        assert.equal((await stage.up(config())).ok, true, stage.shown);
    });
    after(() => stage.close());

    it("are refused in a preview already, and when deploying with nothing changed of them", async () => {
        const refused: [Change, string, RegExp][] = [
            [{ clusterName: "other" }, "cluster-control-plane-logs-group", /would have to be replaced.*changed: name/],
            [{ serviceCidr: "10.100.0.0/16" }, eks, /would have to be replaced.*changed: kubernetesNetworkConfig/],
            [{ cidr: "10.30.0.0/16" }, vpc, /would have to be replaced.*changed: cidrBlock/],
        ];
        for (const [change, name, why] of refused) {
            assert.equal((await stage.preview(config(change))).ok, false);
            assert.match(stage.shown, new RegExp(`${name}: error: it is protected`));
            assert.match(stage.shown, why);
        }
        assert.equal((await stage.up(config({ cidr: "10.30.0.0/16" }))).ok, false);
        assert.deepEqual(stage.calls, []);
    });

    it("are none when nothing changes", async () => {
        const { ok, changes } = await stage.up(config());
        assert.equal(ok, true, stage.shown);
        assert.deepEqual({ ...changes, same: 0 }, { create: 0, update: 0, replace: 0, delete: 0, read: 0, same: 0 });
        assert.ok(changes.same > 50);
    });

    it("are not needed for a destroy to be refused: nothing is deleted while something is protected", async () => {
        assert.equal((await stage.destroy()).ok, false);
        assert.deepEqual(stage.calls, []);
        for (const name of [vpc, eks, "cluster-control-plane-secrets-key"]) {
            assert.match(stage.shown, new RegExp(`${name}: error: it is protected and would have to be deleted`));
        }
    });

    it("are not needed for a new version: the cluster first, then its nodes and add-ons, in place", async () => {
        const { ok, changes } = await stage.up(config({ version: "1.36" }));
        assert.equal(ok, true, stage.shown);
        assert.equal(changes.replace, 0);
        assert.ok(stage.inOrder(`update ${eks}`, `update ${platform}`), stage.calls.join("\n"));
        assert.ok(stage.inOrder(`update ${eks}`, `update ${tasks}`));
    });

    it("make new nodes before the old ones go, when nodes cannot be changed", async () => {
        const types = ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge"];
        const { ok, changes } = await stage.up(config({ version: "1.36", taskTypes: types }));
        assert.equal(ok, true, stage.shown);
        assert.equal(changes.replace, 1);
        assert.ok(stage.inOrder(`create ${tasks}`, `delete ${tasks}`), stage.calls.join("\n"));
    });

    it("replace the cluster once a deployment of its own has taken the protection off", async () => {
        const settled = { version: "1.36", taskTypes: ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge"] };
        const at = await stage.up(config({ ...settled, allowReplace: true }));
        assert.equal(at.ok, true, stage.shown);
        assert.deepEqual(
            stage.calls.filter((call) => !call.startsWith("update")),
            [],
        );
        const { ok, changes } = await stage.up(config({ ...settled, allowReplace: true, clusterName: "other" }));
        assert.equal(ok, true, stage.shown);
        assert.ok(changes.replace > 0);
        assert.ok(stage.inOrder(`create ${eks}`, `delete ${eks}`), stage.calls.join("\n"));
        assert.ok(stage.inOrder(`delete ${platform}`, `delete ${access}`, `delete ${eks}`), stage.calls.join("\n"));
    });

    it("replace the network, and all in it, only then", async () => {
        const settled = { version: "1.36", allowReplace: true, clusterName: "other" };
        const { ok } = await stage.up(config({ ...settled, cidr: "10.30.0.0/16" }));
        assert.equal(ok, true, stage.shown);
        assert.ok(stage.inOrder(`create ${vpc}`, `delete ${platform}`, `delete ${vpc}`), stage.calls.join("\n"));
    });

    it("end with a destroy in which the deployer's access goes after what needs it, and subnets go last", async () => {
        assert.equal((await stage.destroy()).ok, true, stage.shown);
        const addons = ["networking-vpc-cni", "services-coredns"].map((addon) => `delete cluster-nodes-${addon}`);
        for (const call of [`delete ${platform}`, `delete ${tasks}`, ...addons]) {
            assert.ok(stage.inOrder(call, `delete ${access}-policy`, `delete ${access}`, `delete ${eks}`), call);
        }
        // The CNI must run until it has deleted its network interfaces: they would block deleting the subnets.
        assert.ok(stage.inOrder(`delete ${tasks}`, "delete cluster-nodes-networking-vpc-cni"));
        assert.ok(stage.inOrder(`delete ${eks}`, "delete network-eu-west-1a-nodes", `delete ${vpc}`));
        assert.deepEqual(await stage.recorded(), []);
    });
});

describe("a cluster whose protection is taken off together with a change that replaces it", function () {
    this.timeout(240_000);

    let stage: AwsStage;
    beforeEach(async () => (stage = await AwsStage.open()));
    afterEach(() => stage.close());

    it("is not deleted by AWS, for which it is protected still", async () => {
        assert.equal((await stage.up(config())).ok, true, stage.shown);
        const { ok } = await stage.up(config({ allowReplace: true, clusterName: "other" }));
        assert.equal(ok, false);
        assert.match(stage.shown, new RegExp(`${eks}: error: .*deletion protection`));
    });
});

describe("a program on a network that is there", function () {
    this.timeout(240_000);

    it("ends with everything that is wrong with it, and makes nothing in it", async () => {
        const stage = await AwsStage.open();
        try {
            const existingNetwork = {
                vpcId: "vpc-0",
                nodeSubnetIds: ["subnet-0", "subnet-3"],
                databaseSubnetIds: ["subnet-4", "subnet-5"],
            };
            const { cluster } = config();
            const { ok } = await stage.up({ existingNetwork, cluster });
            assert.equal(ok, false);
            assert.match(
                stage.shown,
                /the network cannot be used:\s+- nodeSubnetIds has subnets in eu-west-1a: they must/,
            );
            assert.deepEqual(
                stage.calls.filter((call) => call.includes(eks) || call.includes("nodes")),
                [],
            );
        } finally {
            await stage.close();
        }
    });
});
