import assert from "node:assert/strict";

import { only } from "./order.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead } from "../support/recordings.ts";

const cluster = "cluster-control-plane-cluster";

/** What holds data, or has under it what does, by the part of the stack that `allowReplace` names. */
const held = {
    network: ["network-vpc", "network-flow-logs-logs-group", "network-flow-logs-logs-encryption-key"],
    cluster: [
        cluster,
        "cluster-control-plane-logs-group",
        "cluster-control-plane-logs-encryption-key",
        "cluster-control-plane-secrets-key",
    ],
    database: ["database-postgresql-server", "database-key-key"],
    logs: ["task-logs-logs-bucket", "task-logs-key-key"],
} as const;
const everything = Object.values(held).flat().sort();

/** Whatever is of these types holds data. */
const dataTypes = [
    "aws:ec2/vpc:Vpc",
    "aws:eks/cluster:Cluster",
    "aws:kms/key:Key",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
];

describe("what holds data in production", () => {
    let graph: Recording;
    before(async function () {
        this.timeout(120_000);
        graph = await recordProduction();
    });

    it("is protected, all of it and nothing else", () => {
        assert.deepEqual(protectedNames(graph), everything);
    });

    it("is protected whatever it is called", () => {
        const open = graph.resources.filter(({ type, protect }) => dataTypes.includes(type) && protect !== true);
        assert.deepEqual(
            open.map(({ name }) => name),
            [],
        );
    });

    it("is kept by AWS itself from being deleted, where AWS can", () => {
        for (const name of [cluster, "database-postgresql-server"]) {
            assert.equal(only(graph, name).inputs.deletionProtection, true, name);
        }
        assert.equal(only(graph, "database-postgresql-server").inputs.skipFinalSnapshot, false);
        assert.equal(only(graph, "task-logs-logs-bucket").inputs.forceDestroy, false);
    });

    for (const [part, names] of Object.entries(held)) {
        describe(`when allowReplace names ${part}`, () => {
            const recording = ahead(() => recordProduction({ allowReplace: () => [part] }));
            let changed: Recording;
            before(async function () {
                this.timeout(120_000);
                changed = await recording();
            });

            it("is protected but for that part", () => {
                const others = everything.filter((name) => !names.some((each) => each === name));
                assert.deepEqual(protectedNames(changed), others);
            });

            it("is let go by AWS as well in that part only, and the database not without a snapshot", () => {
                const { deletionProtection: ofCluster } = only(changed, cluster).inputs;
                const { deletionProtection, skipFinalSnapshot } = only(changed, "database-postgresql-server").inputs;
                assert.equal(ofCluster, part !== "cluster");
                assert.equal(deletionProtection, part !== "database");
                assert.equal(skipFinalSnapshot, false);
                assert.equal(only(changed, "task-logs-logs-bucket").inputs.forceDestroy, false);
            });
        });
    }

    describe("in Aurora", () => {
        const { changes } = productionVariants["IRSA, one NAT gateway, Aurora and locked logs"] ?? {};
        const servers = ({ resources }: Recording) =>
            resources.filter(({ type }) => type === "aws:rds/cluster:Cluster");
        const recordings = ahead(() =>
            Promise.all([
                recordProduction(changes),
                recordProduction({ ...changes, allowReplace: () => ["database"] }),
            ]),
        );
        let kept: Recording;
        let open: Recording;
        before(async function () {
            this.timeout(120_000);
            [kept, open] = await recordings();
        });

        it("is protected, until allowReplace names the database", () => {
            assert.deepEqual(
                servers(kept).map(({ protect, inputs }) => [protect, inputs.deletionProtection]),
                [[true, true]],
            );
            assert.deepEqual(
                servers(open).map(({ protect, inputs }) => [protect ?? false, inputs.deletionProtection]),
                [[false, false]],
            );
        });
    });
});

function protectedNames({ resources }: Recording): string[] {
    return resources
        .filter(({ protect }) => protect === true)
        .map(({ name }) => name)
        .sort();
}
