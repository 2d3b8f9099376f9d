import {
    type V1ContainerState,
    type V1ContainerStateTerminated,
    type V1ContainerStatus,
    type V1Pod,
    type V1PodStatus,
} from "@kubernetes/client-node";

import {
    containersOf,
    type ContainerRecords,
    type ExitedContainer,
    type PodContainer,
} from "../containers/container-record.ts";
import { podConditions } from "./pod-conditions.ts";
import { recordOf, type PodPlan, type Waiting } from "./pod-plan.ts";

/** Where the pod is on the network. */
export interface PodNetwork {
    hostIP: string;
    podIP: string;
}

/**
 * The part of a pod's status that its node writes. What others own (PodScheduled, readiness gates, qosClass) is left
 * out, so that merging this into the object keeps it.
 */
export function podStatus(
    pod: V1Pod,
    records: ContainerRecords,
    plan: PodPlan,
    network: PodNetwork,
    previous: V1PodStatus,
    now: Date,
): V1PodStatus {
    const containers = containersOf(pod);
    const statusesOf = (of: PodContainer[]): V1ContainerStatus[] =>
        of.map((one) => containerStatus(one, pod, records, plan));
    const inits = containers.filter((one) => one.role !== "main");
    const phase = podPhase(containers, records, plan);
    return {
        observedGeneration: pod.metadata?.generation,
        phase,
        conditions: podConditions({ pod, records, plan, phase, previous, now }),
        hostIP: network.hostIP,
        hostIPs: [{ ip: network.hostIP }],
        podIP: network.podIP,
        podIPs: [{ ip: network.podIP }],
        startTime: previous.startTime ?? now,
        initContainerStatuses: inits.length === 0 ? undefined : statusesOf(inits),
        containerStatuses: statusesOf(containers.filter((one) => one.role === "main")),
    };
}

function podPhase(containers: PodContainer[], records: ContainerRecords, plan: PodPlan): string {
    const begun = (one: PodContainer): boolean => recordOf(one, records).state.is !== "waiting";
    return plan.outcome ?? (containers.filter((one) => one.role === "main").every(begun) ? "Running" : "Pending");
}

function containerStatus(one: PodContainer, pod: V1Pod, records: ContainerRecords, plan: PodPlan): V1ContainerStatus {
    const { name, image } = one.container;
    const { state, restarts, last } = recordOf(one, records);
    const fixed = { name, image: image ?? "", restartCount: restarts };
    const hold = plan.waiting.get(name);
    const lastState = last && { terminated: terminated(last) };
    if (state.is === "waiting") {
        return { ...fixed, imageID: "", ready: false, started: false, state: unstarted(pod, plan, hold) };
    }
    const known = { ...fixed, imageID: state.imageID, containerID: state.id };
    if (state.is === "running") {
        const { ready, started } = state;
        return {
            ...known,
            ready: one.role === "init" ? false : ready,
            started,
            state: { running: { startedAt: state.startedAt } },
            lastState,
        };
    }
    if (hold !== undefined) {
        const ended = { terminated: terminated(state) };
        return { ...known, ready: false, started: false, state: { waiting: hold }, lastState: ended };
    }
    const ready = one.role === "init" && state.exitCode === 0;
    return { ...known, ready, started: false, state: { terminated: terminated(state) }, lastState };
}

/** A pod that is deleted before a container began still has to say that the container will never run. */
function unstarted(pod: V1Pod, plan: PodPlan, hold: Waiting | undefined): V1ContainerState {
    if (plan.outcome !== undefined && pod.metadata?.deletionTimestamp != null) {
        const message = "The pod was deleted before the container began.";
        return { terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message } };
    }
    const reason = (pod.spec?.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
    return { waiting: hold ?? { reason } };
}

function terminated(exit: ExitedContainer): V1ContainerStateTerminated {
    const { exitCode, reason, message, startedAt, finishedAt, id } = exit;
    return { exitCode, reason, message, startedAt, finishedAt, containerID: id };
}
