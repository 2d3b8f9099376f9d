import { type V1Pod, type V1PodStatus } from "@kubernetes/client-node";

import { explain } from "../api/api-error.ts";
import { type ClusterObjects } from "../api/cluster-objects.ts";
import { type ContainerRuntime } from "../containers/container-runtime.ts";
import { log } from "../log.ts";
import { PodContainers } from "./pod-containers.ts";
import { planPod, terminalPhase, type PodPlan } from "./pod-plan.ts";
import { missingObjects } from "./pod-references.ts";
import { podStatus, type PodNetwork } from "./pod-status.ts";
import { type PodWriter } from "./pod-writer.ts";
import { retryDelayMs } from "../api/retry.ts";

// What the API server fills in when a pod does not say.
const defaultGraceSeconds = 30;

export interface PodSurroundings {
    runtime: ContainerRuntime;
    objects: ClusterObjects;
    writer: Pick<PodWriter, "writeStatus" | "remove">;
    network: PodNetwork;
    /** Called when the pod needs its address no more. May be called again. */
    finished: () => void;
}

/** Drives one pod: starts and stops its containers as planned and keeps its status in the API true. */
export class PodWorker {
    readonly uid: string;
    readonly #around: PodSurroundings;
    readonly #containers: PodContainers;
    #pod: V1Pod;
    #status: V1PodStatus;
    #published: string | undefined;
    #summary: string | undefined;
    #removed = false;
    #gone = false;
    #waitsForObjects = false;
    #dirty = false;
    #running = false;
    #failures = 0;
    #timer: NodeJS.Timeout | undefined;

    constructor(pod: V1Pod, around: PodSurroundings) {
        this.uid = pod.metadata?.uid ?? "";
        this.#around = around;
        this.#pod = pod;
        this.#status = pod.status ?? {};
        this.#summary = pod.status?.phase;
        const { runtime, objects, network } = around;
        const observed = this.#wake.bind(this);
        this.#containers = new PodContainers(pod, { runtime, objects, podIP: network.podIP, observed });
    }

    /** The pod in the API changed. */
    update(pod: V1Pod): void {
        this.#pod = pod;
        const shown = pod.status?.conditions ?? [];
        const overwritten = (this.#status.conditions ?? []).some(
            (own) => shown.find((one) => one.type === own.type)?.status !== own.status,
        );
        if (overwritten) {
            // The control plane marks pods of a node that was away as not ready, and leaves it to the node to undo it.
            this.#published = undefined;
        }
        this.#wake();
    }

    /** A ConfigMap or a Secret of the pod's namespace changed. */
    objectsChanged(): void {
        if (this.#waitsForObjects) {
            this.#wake();
        }
    }

    /** The pod is no longer in the API: whatever still runs is killed, and nobody is told. */
    dispose(): void {
        this.#gone = true;
        clearTimeout(this.#timer);
        this.#containers.killAll();
    }

    #wake(): void {
        this.#dirty = true;
        if (!this.#running) {
            this.#running = true;
            void this.#run();
        }
    }

    async #run(): Promise<void> {
        while (this.#dirty && !this.#gone) {
            this.#dirty = false;
            clearTimeout(this.#timer);
            try {
                await this.#step();
                this.#failures = 0;
            } catch (error) {
                this.#failures += 1;
                if (this.#failures === 1) {
                    log(`pod ${this.#name()}: ${explain(error)}; trying again`);
                }
                this.#wakeAfter(retryDelayMs(this.#failures));
            }
        }
        this.#running = false;
    }

    async #step(): Promise<void> {
        await this.#containers.adopt(this.#pod);
        const plan = await this.#act();
        await this.#publish(plan);
        if (plan.outcome !== undefined) {
            this.#around.finished();
            await this.#removeIfDeleted();
        }
    }

    /** Does what is planned until only time or an observation can bring the next thing to do. */
    async #act(): Promise<PodPlan> {
        for (;;) {
            const missing = missingObjects(this.#pod, this.#around.objects);
            this.#waitsForObjects = missing.volumes !== undefined || missing.containers.size > 0;
            const now = new Date();
            const plan = planPod(this.#pod, this.#containers.records, missing, now);
            for (const one of plan.stop) {
                this.#containers.stop(one, this.#graceSeconds());
            }
            if (plan.start.length === 0) {
                if (plan.wakeAt !== undefined) {
                    this.#wakeAfter(plan.wakeAt.getTime() - now.getTime());
                }
                return plan;
            }
            await Promise.all(plan.start.map((one) => this.#containers.start(this.#pod, one)));
        }
    }

    #graceSeconds(): number {
        const { metadata, spec } = this.#pod;
        return metadata?.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    }

    async #publish(plan: PodPlan): Promise<void> {
        const { network, writer } = this.#around;
        const status = podStatus(this.#pod, this.#containers.records, plan, network, this.#status, new Date());
        const text = JSON.stringify(status);
        // Nothing is left to say about a pod that is shown as ended.
        if (text === this.#published || terminalPhase(this.#pod) !== undefined || this.#gone) {
            return;
        }
        await writer.writeStatus(this.#pod, status);
        this.#published = text;
        this.#status = status;
        this.#tell(status, plan);
    }

    #tell(status: V1PodStatus, plan: PodPlan): void {
        const [hold] = plan.waiting.entries();
        const waiting = hold && `, ${hold[0]} waits: ${hold[1].reason} ${hold[1].message ?? ""}`;
        const summary = `${status.phase}${waiting ?? ""}`;
        if (summary !== this.#summary) {
            this.#summary = summary;
            log(`pod ${this.#name()}: ${summary}`);
        }
    }

    async #removeIfDeleted(): Promise<void> {
        if (this.#pod.metadata?.deletionTimestamp == null || this.#removed || this.#gone) {
            return;
        }
        await this.#around.writer.remove(this.#pod);
        this.#removed = true;
        log(`pod ${this.#name()}: removed`);
    }

    #wakeAfter(ms: number): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            this.#wake();
        }, ms);
    }

    #name(): string {
        return `${this.#pod.metadata?.namespace}/${this.#pod.metadata?.name}`;
    }
}
