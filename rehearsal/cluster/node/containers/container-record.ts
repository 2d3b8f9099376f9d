import { type V1Container, type V1ContainerStatus, type V1Pod } from "@kubernetes/client-node";

/** What a container is for: a sidecar is an init container with restartPolicy Always. */
export type ContainerRole = "init" | "sidecar" | "main";

export interface RunningContainer {
    is: "running";
    /** `<runtime>://<id>`, as it stands in the pod's status. */
    id: string;
    imageID: string;
    startedAt: Date;
    /** Whether its startup probe passed. */
    started: boolean;
    /** Whether its readiness probe passes now. */
    ready: boolean;
}

export interface ExitedContainer {
    is: "exited";
    id: string;
    imageID: string;
    startedAt: Date;
    finishedAt: Date;
    exitCode: number;
    reason: string;
    message?: string;
}

/** What a runtime can report about a container. */
export type ObservedContainer = RunningContainer | ExitedContainer;

/** What is known about one container of a pod, from its first start on. */
export interface ContainerRecord {
    state: { is: "waiting" } | ObservedContainer;
    /** Starts after the first. */
    restarts: number;
    /** Restarts since the last long run: what the back-off grows with. */
    streak: number;
    /** The end before the present state. */
    last?: ExitedContainer;
}

export type ContainerRecords = ReadonlyMap<string, ContainerRecord>;

export interface PodContainer {
    container: V1Container;
    role: ContainerRole;
}

/** Every container of the pod, init containers first, in the order in which they start. */
export function containersOf(pod: V1Pod): PodContainer[] {
    const inits = (pod.spec?.initContainers ?? []).map((container): PodContainer => ({
        container,
        role: container.restartPolicy === "Always" ? "sidecar" : "init",
    }));
    const mains = (pod.spec?.containers ?? []).map((container): PodContainer => ({ container, role: "main" }));
    return [...inits, ...mains];
}

/** The record of a container that was never started. */
export function neverStarted(): ContainerRecord {
    return { state: { is: "waiting" }, restarts: 0, streak: 0 };
}

/** What the pod's own status says about its containers: all that a restarted node has to go on. */
export function recordsFrom(pod: V1Pod): Map<string, ContainerRecord> {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    return new Map(
        containersOf(pod).map(({ container }) => {
            const status = statuses.find((candidate) => candidate.name === container.name);
            return [container.name, status === undefined ? neverStarted() : recordFrom(status)];
        }),
    );
}

function recordFrom(status: V1ContainerStatus): ContainerRecord {
    const restarts = status.restartCount;
    const last = exitFrom(status, "lastState");
    const running = status.state?.running;
    if (running !== undefined) {
        const state: RunningContainer = {
            is: "running",
            id: status.containerID ?? "",
            imageID: status.imageID,
            startedAt: new Date(running.startedAt ?? Date.now()),
            started: status.started ?? false,
            ready: status.ready,
        };
        return { state, restarts, streak: restarts, last };
    }
    const ended = exitFrom(status, "state");
    if (ended !== undefined) {
        return { state: ended, restarts, streak: restarts, last };
    }
    // Waiting between two runs: the end of the first is the present state, as it was before the wait was shown.
    return { state: last ?? { is: "waiting" }, restarts, streak: restarts };
}

function exitFrom(status: V1ContainerStatus, field: "state" | "lastState"): ExitedContainer | undefined {
    const terminated = status[field]?.terminated;
    if (terminated === undefined) {
        return undefined;
    }
    return {
        is: "exited",
        id: terminated.containerID ?? "",
        imageID: status.imageID,
        startedAt: new Date(terminated.startedAt ?? 0),
        finishedAt: new Date(terminated.finishedAt ?? 0),
        exitCode: terminated.exitCode,
        reason: terminated.reason ?? "Error",
        message: terminated.message,
    };
}
