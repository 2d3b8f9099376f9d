import { type V1Pod } from "@kubernetes/client-node";

import { backOffMs } from "./back-off.ts";
import {
    containersOf,
    neverStarted,
    type ContainerRecord,
    type ContainerRecords,
    type ExitedContainer,
    type PodContainer,
} from "../containers/container-record.ts";
import { type MissingObjects } from "./pod-references.ts";

/** Why a container does not run yet, in the words of the pod's status. */
export interface Waiting {
    reason: string;
    message?: string;
}

export type Outcome = "Succeeded" | "Failed";

/** What to do next for a pod. Doing it changes the records, which gives the next plan. */
export interface PodPlan {
    start: PodContainer[];
    stop: PodContainer[];
    /** Containers that should run and cannot yet. */
    waiting: Map<string, Waiting>;
    /** When the next back-off ends. */
    wakeAt?: Date;
    /** Set once no container runs and none will start again. */
    outcome?: Outcome;
}

/** Decides as a kubelet does, from what is known about the containers. */
export function planPod(pod: V1Pod, records: ContainerRecords, missing: MissingObjects, now: Date): PodPlan {
    const containers = containersOf(pod);
    const ended = terminalPhase(pod);
    if (ended !== undefined || pod.metadata?.deletionTimestamp != null) {
        return end(containers, records, ended ?? verdict(containers, records));
    }
    if (containers.some((one) => failedInit(one, pod, records)) || mainsAreDone(containers, pod, records)) {
        return end(containers, records, verdict(containers, records));
    }
    return begin(pod, wanted(pod, containers, records), records, missing, now);
}

/** A pod that once ended stays ended, whatever its containers look like. */
export function terminalPhase(pod: V1Pod): Outcome | undefined {
    const phase = pod.status?.phase;
    return phase === "Succeeded" || phase === "Failed" ? phase : undefined;
}

export function recordOf(one: PodContainer, records: ContainerRecords): ContainerRecord {
    return records.get(one.container.name) ?? neverStarted();
}

function begun(one: PodContainer, records: ContainerRecords): boolean {
    return recordOf(one, records).state.is !== "waiting";
}

function startsAgain(one: PodContainer, pod: V1Pod, ended: ExitedContainer): boolean {
    if (one.role === "sidecar") {
        return true;
    }
    const policy = one.container.restartPolicy ?? pod.spec?.restartPolicy ?? "Always";
    const succeeded = ended.exitCode === 0;
    if (one.role === "init") {
        return !succeeded && policy !== "Never";
    }
    return policy === "Always" || (policy === "OnFailure" && !succeeded);
}

function failedInit(one: PodContainer, pod: V1Pod, records: ContainerRecords): boolean {
    const { state } = recordOf(one, records);
    return one.role === "init" && state.is === "exited" && state.exitCode !== 0 && !startsAgain(one, pod, state);
}

function mainsAreDone(containers: PodContainer[], pod: V1Pod, records: ContainerRecords): boolean {
    return containers
        .filter((one) => one.role === "main")
        .every((one) => {
            const { state } = recordOf(one, records);
            return state.is === "exited" && !startsAgain(one, pod, state);
        });
}

/** Sidecars do not count: how they end says nothing about the pod's work. */
function verdict(containers: PodContainer[], records: ContainerRecords): Outcome {
    const succeeded = containers
        .filter((one) => one.role !== "sidecar")
        .every((one) => {
            const { state } = recordOf(one, records);
            return state.is === "exited" && state.exitCode === 0;
        });
    return succeeded ? "Succeeded" : "Failed";
}

/** Sidecars outlive everything else and go one by one, the last started first. */
function end(containers: PodContainer[], records: ContainerRecords, outcome: Outcome): PodPlan {
    const running = containers.filter((one) => recordOf(one, records).state.is === "running");
    const others = running.filter((one) => one.role !== "sidecar");
    const stop = others.length > 0 ? others : running.slice(-1);
    return { start: [], stop, waiting: new Map(), outcome: running.length === 0 ? outcome : undefined };
}

/** The containers that should run now and do not, leaving aside what holds them up. */
function wanted(pod: V1Pod, containers: PodContainer[], records: ContainerRecords): PodContainer[] {
    const reached = containers.findLastIndex((one) => begun(one, records));
    const result: PodContainer[] = [];
    let open = true;
    for (const [index, one] of containers.entries()) {
        const { state } = recordOf(one, records);
        const passed = index < reached;
        if (one.role === "main") {
            const idle = state.is === "waiting" || (state.is === "exited" && startsAgain(one, pod, state));
            if (open && idle) {
                result.push(one);
            }
        } else if (one.role === "sidecar") {
            if (state.is !== "running" && open) {
                result.push(one);
            }
            open &&= passed || (state.is === "running" && state.started);
        } else if (!passed) {
            const done = state.is === "exited" && state.exitCode === 0;
            if (open && !done && state.is !== "running") {
                result.push(one);
            }
            open &&= done;
        }
    }
    return result;
}

function begin(
    pod: V1Pod,
    candidates: PodContainer[],
    records: ContainerRecords,
    missing: MissingObjects,
    now: Date,
): PodPlan {
    const plan: PodPlan = { start: [], stop: [], waiting: new Map() };
    // Volumes are mounted before the first container and stay, even when their source goes away later.
    const unmounted = missing.volumes !== undefined && ![...records.values()].some((r) => r.state.is !== "waiting");
    for (const one of candidates) {
        const { name } = one.container;
        const record = recordOf(one, records);
        const misconfigured = missing.containers.get(name);
        const resumes = record.state.is === "exited" ? resumeTime(record, record.state) : now;
        if (unmounted) {
            plan.waiting.set(name, { reason: "ContainerCreating", message: missing.volumes });
        } else if (resumes > now) {
            const message = crashMessage(pod, name, resumes, record);
            plan.waiting.set(name, { reason: "CrashLoopBackOff", message });
            plan.wakeAt = plan.wakeAt === undefined || resumes < plan.wakeAt ? resumes : plan.wakeAt;
        } else if (misconfigured !== undefined) {
            plan.waiting.set(name, { reason: "CreateContainerConfigError", message: misconfigured });
        } else {
            plan.start.push(one);
        }
    }
    return plan;
}

function resumeTime(record: ContainerRecord, ended: ExitedContainer): Date {
    return new Date(ended.finishedAt.getTime() + backOffMs(record, ended));
}

function crashMessage(pod: V1Pod, container: string, resumes: Date, record: ContainerRecord): string {
    const ended = record.state.is === "exited" ? record.state.finishedAt : resumes;
    const seconds = Math.round((resumes.getTime() - ended.getTime()) / 1000);
    const owner = `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`;
    return `back-off ${seconds}s restarting failed container=${container} pod=${owner}`;
}
