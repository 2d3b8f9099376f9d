import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Cluster, type ClusterArgs } from "../../../../components/cluster/cluster.ts";
import { defaultPlatformPool, defaultTaskPool, type NodePool } from "../../../../components/cluster/nodes/node-pool.ts";
import { checkout } from "../../../../rehearsal/place.ts";
import { underMocks } from "../../../support/mocks.ts";
import { clusterKinds } from "../cluster-kinds.ts";
import { managed, usualCluster } from "../usual-cluster.ts";

const groups = ["platform", "tasks"] as const;

const pools = (change: Partial<NodePool>): Partial<ClusterArgs> => ({
    nodes: {
        ...managed,
        platform: { ...defaultPlatformPool, ...change },
        tasks: { ...defaultTaskPool, ...change },
    },
});

/** Changes by the key of a stack that docs/replacement.md names, and whether nodes are made anew by it. */
const changes: Readonly<Record<string, readonly [replaces: boolean, change: Partial<ClusterArgs>]>> = {
    "cluster.version": [true, { version: "1.35" }],
    tags: [true, { instanceTags: { owner: "others" } }],
    diskGb: [true, pools({ diskGb: 200 })],
    instanceTypes: [true, pools({ instanceTypes: ["m7i.4xlarge", "m7a.4xlarge", "m6i.4xlarge"] })],
    minimum: [false, pools({ minimum: 4 })],
    maximum: [false, pools({ maximum: 40 })],
    scaledBy: [false, { nodes: { ...managed, scaledBy: "autoscaler" } }],
};

/** What the nodes of both groups are made from: all of the launch templates, and of the groups all but numbers. */
async function whatNodesAre(change: Partial<ClusterArgs> = {}): Promise<unknown[]> {
    const { registered } = await underMocks(
        clusterKinds,
        () => new Cluster("cluster", { ...usualCluster(), ...change }),
    );
    return groups.map((group) => {
        const {
            scalingConfig: _,
            updateConfig: __,
            ...inputs
        } = registered.get(`cluster-nodes-${group}-nodes`).inputs as Record<string, unknown>;
        return [inputs, registered.get(`cluster-nodes-${group}-template`).inputs];
    });
}

describe("nodes of a managed group", () => {
    for (const [key, [replaces, change]] of Object.entries(changes)) {
        it(`are ${replaces ? "" : "not "}replaced by another ${key}`, async () => {
            const [before, after] = [await whatNodesAre(), await whatNodesAre(change)];
            groups.forEach((group, index) => {
                if (replaces) {
                    assert.notDeepEqual(after[index], before[index], group);
                } else {
                    assert.deepEqual(after[index], before[index], group);
                }
            });
        });
    }

    it("are replaced by what docs/replacement.md says", async () => {
        const page = await readFile(join(checkout, "docs", "replacement.md"), "utf8");
        const [, table = ""] = /## What replaces nodes.*?\n\n(\| Change .*?)\n\n/s.exec(page) ?? [];
        for (const [key, [replaces]] of Object.entries(changes)) {
            const row = table.split("\n").find((line) => line.split("|")[1]?.match(new RegExp(`[\`.]${key}\``)));
            assert.notEqual(row, undefined, `${key} is in no row`);
            assert.equal(/^ none/.test(row?.split("|")[2] ?? ""), !replaces, `${key}: ${row}`);
        }
    });
});
