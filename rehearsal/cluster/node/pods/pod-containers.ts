import { type V1Pod } from "@kubernetes/client-node";

import { explain } from "../api/api-error.ts";
import { streakAfter } from "./back-off.ts";
import {
    containersOf,
    neverStarted,
    recordsFrom,
    type ContainerRecord,
    type ContainerRecords,
    type ExitedContainer,
    type PodContainer,
    type RunningContainer,
} from "../containers/container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "../containers/container-runtime.ts";
import { type ClusterObjects } from "../api/cluster-objects.ts";

export interface PodContainersOptions {
    runtime: ContainerRuntime;
    objects: ClusterObjects;
    podIP: string;
    /** Called whenever a runtime reported something new. */
    observed: () => void;
}

/** The containers of one pod: what is known about each, and the hold on those that run. */
export class PodContainers {
    readonly #options: PodContainersOptions;
    readonly #records: Map<string, ContainerRecord>;
    readonly #handles = new Map<string, ContainerHandle>();

    constructor(pod: V1Pod, options: PodContainersOptions) {
        this.#options = options;
        this.#records = recordsFrom(pod);
    }

    get records(): ContainerRecords {
        return this.#records;
    }

    /** Finds again what an earlier node process started. */
    async adopt(pod: V1Pod): Promise<void> {
        for (const one of containersOf(pod)) {
            const record = this.#records.get(one.container.name);
            if (record?.state.is !== "running" || this.#handles.has(one.container.name)) {
                continue;
            }
            const running = record.state;
            const request = this.#request(pod, one, record);
            const handle = await this.#options.runtime.adopt(request, running, this.#observer(record));
            if (handle === undefined) {
                record.state = lost(running);
            } else {
                this.#handles.set(one.container.name, handle);
            }
        }
    }

    /** Starts a container, for the first time or again. One that cannot start counts as one that ended badly. */
    async start(pod: V1Pod, one: PodContainer): Promise<void> {
        const { name } = one.container;
        const record = nextRun(this.#records.get(name) ?? neverStarted());
        this.#records.set(name, record);
        try {
            const request = this.#request(pod, one, record);
            this.#handles.set(name, await this.#options.runtime.start(request, this.#observer(record)));
        } catch (error) {
            record.state = unseen(new Date(), 128, "StartError", explain(error));
        }
    }

    stop(one: PodContainer, graceSeconds: number): void {
        this.#handles.get(one.container.name)?.stop(graceSeconds);
    }

    killAll(): void {
        for (const handle of this.#handles.values()) {
            handle.stop(0);
        }
    }

    #request(pod: V1Pod, { container, role }: PodContainer, { restarts }: ContainerRecord): ContainerRequest {
        const { podIP, objects } = this.#options;
        return { pod, container, role, podIP, restarts, objects };
    }

    /** Writes into the record of one run, so that a late word about an earlier run changes nothing. */
    #observer(record: ContainerRecord): Observer {
        return (observed) => {
            record.state = observed;
            this.#options.observed();
        };
    }
}

function nextRun(before: ContainerRecord): ContainerRecord {
    if (before.state.is !== "exited") {
        return { ...before };
    }
    const streak = streakAfter(before, before.state);
    return { state: before.state, restarts: before.restarts + 1, streak, last: before.state };
}

function lost(running: RunningContainer): ExitedContainer {
    const { id, imageID, startedAt } = running;
    const message = "The container was not there any more when its node came back.";
    return { ...unseen(startedAt, 137, "ContainerStatusUnknown", message), id, imageID };
}

/** The end of a container that no runtime reported. */
function unseen(startedAt: Date, exitCode: number, reason: string, message: string): ExitedContainer {
    return { is: "exited", id: "", imageID: "", startedAt, finishedAt: new Date(), exitCode, reason, message };
}
