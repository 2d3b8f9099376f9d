import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { checkout } from "../../rehearsal/place.ts";
import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { everythingBefore, only } from "./order.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { recorded } from "../support/recordings.ts";
import { productionVariants } from "./production-variants.ts";
import { recordProduction } from "./production.ts";

interface Taint {
    readonly key: string;
    readonly value: string;
    readonly effect: string;
}

interface TaskPod {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: {
        readonly nodeSelector?: Record<string, string>;
        readonly tolerations?: readonly (Taint & { readonly operator: string })[];
    };
}

const stack = "prod.example";
const doNotDisrupt = "karpenter.sh/do-not-disrupt";

function taskPod(recording: Recording): TaskPod {
    const { values } = plainMap(only(recording, "airflow-release").inputs) as { values: { podTemplate: string } };
    return JSON.parse(values.podTemplate) as TaskPod;
}

/** Proves that a task can run on nodes with these labels and this taint, and on no others. */
function runsOn({ spec }: TaskPod, labels: unknown, { key, value, effect }: Taint): void {
    assert.deepEqual(spec.nodeSelector, labels);
    assert.deepEqual(spec.tolerations, [{ key, operator: "Equal", value, effect }]);
}

describe("the nodes of tasks in a cluster that the stack makes", function () {
    this.timeout(180_000);

    it("are those of the group that keeps everything else away, where EKS manages nodes", async () => {
        const deployed = await recordProduction(
            productionVariants["two groups of nodes that EKS manages, and rights of all tasks to data"]?.changes,
        );
        const { labels, taints } = plainMap(only(deployed, "cluster-nodes-tasks-nodes").inputs) as unknown as {
            labels: Record<string, string>;
            taints: Taint[];
        };
        assert.equal(taints.length, 1);
        // EKS has words of its own for Kubernetes's.
        runsOn(taskPod(deployed), labels, { ...(taints[0] as Taint), effect: "NoSchedule" });
        assert.equal(taskPod(deployed).metadata.annotations[doNotDisrupt], undefined, "nobody would read it");
    });

    describe("in Auto Mode", () => {
        let deployed: Recording;
        let previewed: Recording;

        before(async () => {
            const file = parse(await readFile(join(checkout, `Pulumi.${stack}.yaml`), "utf8")) as {
                config: { "airflow-linkerd:cluster": object };
            };
            const config = {
                cluster: { ...file.config["airflow-linkerd:cluster"], nodes: { kind: "auto", maximumTaskCores: 32 } },
            };
            [deployed, previewed] = await Promise.all(
                [false, true].map((preview) => recorded(stack, { preview, config })) as [
                    Promise<Recording>,
                    Promise<Recording>,
                ],
            );
        });

        it("are those of a pool of their own, with no more cores than the stack says", () => {
            const { spec } = plainMap(only(deployed, "cluster-settings-task-nodes").inputs) as unknown as {
                spec: {
                    template: { metadata: { labels: object }; spec: { taints: Taint[] } };
                    limits: { cpu: string };
                };
            };
            const { metadata, spec: nodes } = spec.template;
            runsOn(taskPod(deployed), metadata.labels, nodes.taints[0] as Taint);
            assert.equal(spec.limits.cpu, "32");
            assert.equal(
                taskPod(deployed).metadata.annotations[doNotDisrupt],
                "true",
                "no node goes while a task runs",
            );
        });

        it("leave no group of nodes to the stack, and no add-on that EKS runs itself", () => {
            const types = new Set(deployed.resources.map(({ type }) => type));
            assert.ok(!types.has("aws:eks/nodeGroup:NodeGroup"));
            const addons = deployed.resources.filter(({ type }) => type === "aws:eks/addon:Addon");
            assert.deepEqual(
                addons.map(({ inputs }) => inputs.addonName),
                ["metrics-server"],
            );
        });

        it("keep volumes on disks that EKS itself makes", () => {
            assert.equal(only(deployed, "cluster-storage-class").inputs.provisioner, "ebs.csi.eks.amazonaws.com");
        });

        it("and the enforcement of NetworkPolicy are there before anything else is in the cluster", () => {
            for (const recording of [deployed, previewed]) {
                const objects = recording.resources.filter(({ type }) => type.startsWith("kubernetes:"));
                const [settings, others] = [true, false].map((wanted) =>
                    objects.filter(({ name }) => /^cluster-(settings|storage)-/.test(name) === wanted),
                ) as [typeof objects, typeof objects];
                assert.deepEqual(settings.map(({ name }) => name).sort(), [
                    "cluster-settings-network-policy",
                    "cluster-settings-task-nodes",
                    "cluster-storage-class",
                ]);
                assert.ok(others.length > 20);
                for (const { name } of others) {
                    const before = everythingBefore(recording, name);
                    for (const setting of settings) {
                        assert.ok(before.has(setting.name), `${name} does not wait for ${setting.name}`);
                    }
                }
            }
        });

        it("has the same resources in a preview, where nothing is known yet", () => {
            const names = ({ resources }: Recording) => resources.map(({ urn }) => urn).sort();
            assert.deepEqual(names(previewed), names(deployed));
        });
    });

    describe("by Karpenter", () => {
        let deployed: Recording;
        before(async () => {
            deployed = await recordProduction(
                productionVariants["IRSA, one NAT gateway, Aurora and locked logs"]?.changes,
            );
        });

        it("are those of its first pool for tasks that ask for none, and stay while a task runs", () => {
            const { spec } = plainMap(only(deployed, "task-nodes-general").inputs) as unknown as {
                spec: { template: { metadata: { labels: Record<string, string> }; spec: { taints: Taint[] } } };
            };
            const { "airflow-linkerd.io/pool": _, ...labels } = spec.template.metadata.labels;
            assert.equal(spec.template.spec.taints.length, 1);
            runsOn(taskPod(deployed), labels, spec.template.spec.taints[0] as Taint);
            assert.equal(taskPod(deployed).metadata.annotations[doNotDisrupt], "true");
        });

        it("can be added before the first pod waits for one, on subnets and in the group of the cluster", () => {
            for (const name of ["airflow-release", "linkerd-control-plane", "cert-manager-issuing"]) {
                const before = everythingBefore(deployed, name);
                for (const setting of ["karpenter-release", "task-nodes-general", "task-nodes-gpu"]) {
                    assert.ok(before.has(setting), `${name} does not wait for ${setting}`);
                }
            }
            const nodes = everythingBefore(deployed, "karpenter-release");
            assert.ok(nodes.has("cluster-nodes-karpenter-association"));
            const { spec } = plainMap(only(deployed, "task-nodes-class").inputs) as unknown as {
                spec: { subnetSelectorTerms: object[]; tags: Record<string, string>; instanceProfile: string };
            };
            assert.equal(spec.subnetSelectorTerms.length, 3);
            assert.equal(spec.instanceProfile, "airflow-prod-task-nodes");
            assert.equal(spec.tags.owner, "platform-team");
        });
    });

    it("may be reclaimed, so every DAG's tasks are tried again unless their author says otherwise", async () => {
        const retries = async (name: string): Promise<unknown> => {
            const { inputs } = only(await recorded(name, { preview: false }), "airflow-release");
            const { values } = plainMap(inputs) as { values: { config: { core: Record<string, string> } } };
            return values.config.core.default_task_retries;
        };
        assert.equal(await retries(stack), "2");
        assert.equal(await retries("dev"), undefined, "nothing is known of those nodes");
    });

    it("are nobody's in a cluster that was there before: nothing is known of its labels", async () => {
        const { spec } = taskPod(await recorded("dev", { preview: false }));
        assert.ok(!("nodeSelector" in spec) && !("tolerations" in spec));
    });
});
