import { type V1Pod } from "@kubernetes/client-node";

import { type RunningContainer } from "../containers/container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "../containers/container-runtime.ts";
import { type PodEvents } from "../pods/pod-events.ts";

export interface GuardedRuntimeOptions {
    readonly runtime: ContainerRuntime;
    /** Why the pod must not run, or undefined. */
    readonly problem: (pod: V1Pod) => string | undefined;
    readonly events: Pick<PodEvents, "warn">;
}

/** Starts no container of a pod whose mesh policy would not be what it seems. What runs goes on. */
export class GuardedRuntime implements ContainerRuntime {
    readonly #options: GuardedRuntimeOptions;

    constructor(options: GuardedRuntimeOptions) {
        this.#options = options;
    }

    async start(request: ContainerRequest, observe: Observer): Promise<ContainerHandle> {
        const { runtime, problem, events } = this.#options;
        const found = problem(request.pod);
        if (found !== undefined) {
            await events.warn(request.pod, "MeshPolicyUnclear", found);
            throw new Error(found);
        }
        return runtime.start(request, observe);
    }

    adopt(request: ContainerRequest, running: RunningContainer, observe: Observer) {
        return this.#options.runtime.adopt(request, running, observe);
    }

    podEnded(uid: string): void {
        this.#options.runtime.podEnded?.(uid);
    }

    podGone(uid: string): void {
        this.#options.runtime.podGone?.(uid);
    }

    volumeGone(name: string): void {
        this.#options.runtime.volumeGone?.(name);
    }

    keepOnly(uids: ReadonlySet<string>): void {
        this.#options.runtime.keepOnly?.(uids);
    }
}
