import assert from "node:assert/strict";

import { AutoModeSettings } from "../../../../components/cluster/nodes/auto-mode-settings.ts";
import { underMocks } from "../../../support/mocks.ts";

const settings = (maximumTaskCores?: number) =>
    underMocks(
        ["kubernetes:core/v1:ConfigMap", "kubernetes:karpenter.sh/v1:NodePool"],
        () => new AutoModeSettings("auto", { maximumTaskCores }),
    );

describe("AutoModeSettings", () => {
    it("has NetworkPolicy enforced", async () => {
        const { registered } = await settings();
        assert.deepEqual(registered.input("auto-network-policy", "metadata"), {
            name: "amazon-vpc-cni",
            namespace: "kube-system",
        });
        assert.deepEqual(registered.input("auto-network-policy", "data"), {
            "enable-network-policy-controller": "true",
        });
    });

    it("runs tasks on spot nodes of their own, marked as those of a node group are", async () => {
        const { registered } = await settings();
        const template = "spec.template";
        assert.deepEqual(registered.input("auto-task-nodes", `${template}.metadata.labels`), {
            "airflow-linkerd.io/tasks": "true",
        });
        assert.deepEqual(registered.input("auto-task-nodes", `${template}.spec.taints`), [
            { key: "airflow-linkerd.io/tasks", value: "true", effect: "NoSchedule" },
        ]);
        assert.deepEqual(registered.input("auto-task-nodes", `${template}.spec.requirements.0`), {
            key: "karpenter.sh/capacity-type",
            operator: "In",
            values: ["spot"],
        });
    });

    it("never ends a node that runs a task to save money, and has no more of them than is asked", async () => {
        const { registered } = await settings(32);
        assert.equal(registered.input("auto-task-nodes", "spec.disruption.consolidationPolicy"), "WhenEmpty");
        assert.equal(registered.input("auto-task-nodes", "spec.limits.cpu"), "32");
    });

    it("brings nodes up to date one by one, and lets tasks end for a day before EKS's limit of 21", async () => {
        const { registered } = await settings();
        assert.deepEqual(registered.input("auto-task-nodes", "spec.disruption.budgets"), [
            { nodes: "100%", reasons: ["Empty"] },
            { nodes: "1", reasons: ["Drifted"] },
        ]);
        const hours = ["expireAfter", "terminationGracePeriod"].map((key) =>
            parseInt(String(registered.input("auto-task-nodes", `spec.template.spec.${key}`))),
        ) as [number, number];
        assert.deepEqual(hours, [480, 24]);
        assert.ok(hours[0] + hours[1] <= 21 * 24);
    });
});
