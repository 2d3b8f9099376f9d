import { type V1Container, type V1Pod } from "@kubernetes/client-node";

import { type ContainerRole, type ObservedContainer, type RunningContainer } from "./container-record.ts";
import { type ClusterObjects } from "../api/cluster-objects.ts";

/** All that a runtime needs to run one container. */
export interface ContainerRequest {
    pod: V1Pod;
    container: V1Container;
    role: ContainerRole;
    podIP: string;
    /** Starts before this one. */
    restarts: number;
    /** Where env and volumes take their ConfigMaps and Secrets from. All that are not optional exist. */
    objects: ClusterObjects;
}

/** Called at each change that the pod's status shows; the last call says that the container ended. */
export type Observer = (observed: ObservedContainer) => void;

export interface ContainerHandle {
    /**
     * Asks the container to end, and makes it end when `graceSeconds` are over. Returns at once; the observer hears of
     * the end. Safe to call twice.
     */
    stop(graceSeconds: number): void;
}

/**
 * Runs containers. The node decides what runs and when; a runtime knows how: it makes the environment and the volumes,
 * runs the probes (only it knows where the process listens) and reports exits.
 */
export interface ContainerRuntime {
    /** Starts a container. Reports it running before the promise resolves; rejects when it cannot start at all. */
    start(request: ContainerRequest, observe: Observer): Promise<ContainerHandle>;

    /** Takes over a container that an earlier node process started, or gives nothing when it is no longer there. */
    adopt(
        request: ContainerRequest,
        running: RunningContainer,
        observe: Observer,
    ): Promise<ContainerHandle | undefined>;

    /** None of the pod's containers runs, and none will. May be called again. */
    podEnded?(uid: string): void;

    /** The pod is no longer in the API. */
    podGone?(uid: string): void;

    /** The volume is no longer in the API: what was written to it goes. */
    volumeGone?(name: string): void;

    /** These pods exist; whatever runs for another one is to end. */
    keepOnly?(uids: ReadonlySet<string>): void;
}
