import assert from "node:assert/strict";

import {
    defaultTaskPools,
    nodePoolSpec,
    someOnSpot,
    type TaskPool,
    taskPoolProblems,
} from "../../../../../components/cluster/nodes/karpenter/task-pool.ts";
import { problemLines } from "../../../../../components/problem.ts";

const [general] = defaultTaskPools as [TaskPool];
const gpu: TaskPool = { ...general, name: "gpu", capacity: "on-demand", categories: ["g"], maximumMemoryGb: 256 };

const spec = (pool: TaskPool, isFirst = true) => nodePoolSpec(pool, { isFirst, nodeClass: "airflow-tasks" });
const required = (pool: TaskPool, key: string) =>
    spec(pool).template.spec.requirements.find((requirement) => requirement.key === key)?.values;

describe("a pool of nodes for tasks", () => {
    it("is paid for as it says", () => {
        assert.deepEqual(required(general, "karpenter.sh/capacity-type"), ["spot"]);
        assert.deepEqual(required(gpu, "karpenter.sh/capacity-type"), ["on-demand"]);
        assert.deepEqual(required({ ...general, capacity: "both" }, "karpenter.sh/capacity-type"), [
            "spot",
            "on-demand",
        ]);
        assert.equal(someOnSpot([gpu]), false);
        assert.equal(someOnSpot([gpu, { ...general, capacity: "both" }]), true);
    });

    it("has nodes that are asked for, and no more of them", () => {
        assert.deepEqual(required({ ...general, architecture: "arm64" }, "kubernetes.io/arch"), ["arm64"]);
        assert.deepEqual(required(gpu, "karpenter.k8s.aws/instance-category"), ["g"]);
        assert.deepEqual(spec(gpu).limits, { cpu: "160", memory: "256Gi" });
        assert.deepEqual(spec(general).limits, { cpu: "160" });
    });

    it("takes no task that asks for none, but for the first", () => {
        const tasks = { key: "airflow-linkerd.io/tasks", value: "true", effect: "NoSchedule" };
        assert.deepEqual(spec(general).template.spec.taints, [tasks]);
        assert.deepEqual(spec(gpu, false).template.spec.taints, [
            tasks,
            { key: "airflow-linkerd.io/pool", value: "gpu", effect: "NoSchedule" },
        ]);
        assert.deepEqual(spec(gpu, false).template.metadata.labels, {
            "airflow-linkerd.io/tasks": "true",
            "airflow-linkerd.io/pool": "gpu",
        });
    });

    it("loses a node to save money only when it is empty, and nodes that are out of date one by one", () => {
        const { disruption } = spec(general);
        assert.equal(disruption.consolidationPolicy, "WhenEmpty");
        assert.deepEqual(disruption.budgets, [
            { nodes: "100%", reasons: ["Empty"] },
            { nodes: "1", reasons: ["Drifted"] },
        ]);
        assert.equal(spec(general).template.spec.expireAfter, "720h");
        assert.equal(spec(general).template.spec.terminationGracePeriod, "24h");
    });

    it("is refused under the name of another, without a family, and on the spot capacity of a single one", () => {
        assert.match(problemLines(taskPoolProblems([])), /is an empty list: no task would find a node/);
        assert.match(problemLines(taskPoolProblems([general, general])), /1\.?.*name.* is "general": another pool/s);
        assert.match(problemLines(taskPoolProblems([{ ...general, categories: [] }])), /nodes are of some family/);
        assert.match(problemLines(taskPoolProblems([{ ...general, categories: ["m"] }])), /one family runs out/);
        assert.deepEqual(taskPoolProblems([general, gpu]), []);
    });
});
