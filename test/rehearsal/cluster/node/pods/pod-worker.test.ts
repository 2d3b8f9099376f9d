import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";

import { type V1Pod, type V1PodStatus } from "@kubernetes/client-node";

import { type ContainerRuntime } from "../../../../../rehearsal/cluster/node/containers/container-runtime.ts";
import { PodWorker } from "../../../../../rehearsal/cluster/node/pods/pod-worker.ts";
import { SimulatedRuntime } from "../../../../../rehearsal/cluster/node/containers/simulated-runtime.ts";
import { objects, pod, type PodShape } from "./pod-fixture.ts";
import { ScriptedRuntime } from "../containers/scripted-runtime.ts";

/** One pod in an API of its own that answers writes as the API server does: with an event. */
class OnePod {
    stored: V1Pod;
    removed = false;
    readonly phases: (string | undefined)[] = [];
    /** Errors that the next writes meet. */
    readonly refusals: Error[] = [];
    readonly #runtime: ContainerRuntime;
    readonly secrets: Record<string, string[]> = {};
    worker: PodWorker;

    constructor(shape: PodShape, runtime: ContainerRuntime, change: (pod: V1Pod) => void = () => undefined) {
        this.stored = pod(shape);
        change(this.stored);
        this.#runtime = runtime;
        this.worker = this.#begin();
    }

    /** What a killed node process leaves behind: the pod in the API, and nothing else. */
    restartNode(): void {
        this.worker = this.#begin();
        this.worker.update(this.stored);
    }

    change(metadata: V1Pod["metadata"]): void {
        this.stored = { ...this.stored, metadata: { ...this.stored.metadata, ...metadata } };
        this.worker.update(this.stored);
    }

    condition(type: string): string | undefined {
        return this.stored.status?.conditions?.find((one) => one.type === type)?.status;
    }

    async until(holds: () => boolean): Promise<void> {
        while (!holds()) {
            await turn();
        }
    }

    async reach(phase: string): Promise<void> {
        await this.until(() => this.stored.status?.phase === phase);
    }

    #begin(): PodWorker {
        const writer = {
            writeStatus: async (_pod: V1Pod, status: V1PodStatus): Promise<void> => {
                await turn();
                const refusal = this.refusals.shift();
                if (refusal !== undefined) {
                    throw refusal;
                }
                const kept = this.stored.status?.conditions?.filter((one) => one.type === "PodScheduled") ?? [];
                const conditions = [...kept, ...(status.conditions ?? [])];
                const merged = { ...this.stored.status, ...status, conditions };
                this.stored = { ...this.stored, status: JSON.parse(JSON.stringify(merged)) as V1PodStatus };
                if (this.phases.at(-1) !== status.phase) {
                    this.phases.push(status.phase);
                }
                this.worker.update(this.stored);
            },
            remove: async (): Promise<void> => {
                await turn();
                this.removed = true;
                this.worker.dispose();
            },
        };
        return new PodWorker(this.stored, {
            runtime: this.#runtime,
            objects: { ...objects(), secret: (_namespace, name) => objects(this.secrets).secret("", name) },
            writer,
            network: { hostIP: "10.243.0.1", podIP: "10.244.0.2" },
            finished: () => undefined,
        });
    }
}

describe("a pod's worker", () => {
    it("brings a pod with an init container and a sidecar to Ready", async () => {
        const one = new OnePod({ inits: ["sidecar", "init"] }, new SimulatedRuntime());
        one.restartNode();
        await one.until(() => one.condition("Ready") === "True");
        assert.deepEqual(one.phases, ["Pending", "Running"]);
        assert.equal(one.condition("PodScheduled"), "True");
    });

    it("completes a job's pod with a sidecar, and shows it running on the way", async () => {
        const one = new OnePod({ inits: ["init", "sidecar"], restartPolicy: "Never" }, new SimulatedRuntime());
        one.restartNode();
        await one.reach("Succeeded");
        assert.deepEqual(one.phases, ["Pending", "Running", "Succeeded"]);
        assert.ok(one.stored.status?.initContainerStatuses?.every((status) => status.state?.terminated !== undefined));
    });

    it("stops main containers, then sidecars, then removes a deleted pod, within its grace", async () => {
        const runtime = new ScriptedRuntime();
        const one = new OnePod({ inits: ["sidecar"] }, runtime);
        one.restartNode();
        await one.reach("Running");
        one.change({ deletionTimestamp: new Date(), deletionGracePeriodSeconds: 7 });
        await one.until(() => one.removed);
        assert.deepEqual(runtime.history.slice(2), ["stop main within 7 s", "stop sidecar within 7 s"]);
        assert.equal(one.stored.status?.phase, "Succeeded", "the end is shown before the pod goes");
    });

    it("kills what runs when the pod was removed by force", async () => {
        const runtime = new ScriptedRuntime();
        const one = new OnePod({}, runtime);
        one.restartNode();
        await one.reach("Running");
        one.worker.dispose();
        assert.deepEqual(runtime.history.slice(1), ["stop main within 0 s"]);
    });

    it("starts nothing while a Secret is missing, and starts once it is there", async () => {
        const runtime = new ScriptedRuntime();
        const one = new OnePod({}, runtime, ({ spec }) => {
            assert.ok(spec);
            spec.volumes = [{ name: "tls", secret: { secretName: "leaf" } }];
        });
        one.restartNode();
        await one.until(() => one.stored.status?.containerStatuses !== undefined);
        assert.equal(one.stored.status?.containerStatuses?.[0]?.state?.waiting?.reason, "ContainerCreating");
        assert.deepEqual(runtime.history, []);
        one.secrets.leaf = ["tls.crt"];
        one.worker.objectsChanged();
        await one.reach("Running");
    });

    it("adopts running containers after a restart of the node and starts none twice", async () => {
        const runtime = new ScriptedRuntime();
        const one = new OnePod({ inits: ["init", "sidecar"] }, runtime);
        one.restartNode();
        await one.until(() => runtime.history.includes("start init"));
        runtime.exit("init", 0);
        await one.until(() => one.condition("Ready") === "True");
        runtime.history.length = 0;
        const before = one.stored.status;
        one.restartNode();
        await one.until(() => runtime.history.includes("adopt main"));
        one.change({ annotations: { touched: "yes" } });
        await turn();
        assert.deepEqual(runtime.history, ["adopt sidecar", "adopt main"]);
        assert.deepEqual(one.stored.status, before);
    });

    it("starts again what did not survive the node", async () => {
        const runtime = new ScriptedRuntime();
        const one = new OnePod({}, runtime);
        one.restartNode();
        await one.reach("Running");
        runtime.keeps = false;
        one.restartNode();
        await one.until(() => one.stored.status?.containerStatuses?.[0]?.restartCount === 1);
        const [container] = one.stored.status?.containerStatuses ?? [];
        assert.equal(container?.lastState?.terminated?.reason, "ContainerStatusUnknown");
        assert.ok(container.state?.running);
    });

    it("shows a container that cannot start as a crash, with the runtime's reason", async () => {
        const runtime = new ScriptedRuntime();
        runtime.broken.set("main", "no such command");
        const one = new OnePod({}, runtime);
        one.restartNode();
        await one.until(() => one.stored.status?.containerStatuses?.[0]?.state?.waiting !== undefined);
        const [container] = one.stored.status?.containerStatuses ?? [];
        assert.equal(container?.state?.waiting?.reason, "CrashLoopBackOff");
        assert.equal(container.lastState?.terminated?.message, "no such command");
        one.worker.dispose();
    });

    it("tries a refused write again", async () => {
        const one = new OnePod({}, new SimulatedRuntime());
        one.refusals.push(new Error("the API server is away"));
        one.restartNode();
        await one.reach("Running");
    });

    it("puts right a condition that the control plane overwrote", async () => {
        const one = new OnePod({}, new SimulatedRuntime());
        one.restartNode();
        await one.until(() => one.condition("Ready") === "True");
        const conditions = one.stored.status?.conditions?.map((condition) =>
            condition.type === "Ready" ? { ...condition, status: "False" } : condition,
        );
        one.stored = { ...one.stored, status: { ...one.stored.status, conditions } };
        one.worker.update(one.stored);
        await one.until(() => one.condition("Ready") === "True");
    });
});
