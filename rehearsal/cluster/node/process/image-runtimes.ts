import { type RunningContainer } from "../containers/container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "../containers/container-runtime.ts";
import { isRunnable } from "./images.ts";
import { type PodFolders } from "./pod-folders.ts";
import { type ProcessRuntime } from "./process-runtime.ts";

/** Runs what there is a program for, and simulates the rest. */
export class ImageRuntimes implements ContainerRuntime {
    readonly #real: ProcessRuntime;
    readonly #simulated: ContainerRuntime;

    constructor(real: ProcessRuntime, simulated: ContainerRuntime) {
        this.#real = real;
        this.#simulated = simulated;
    }

    start(request: ContainerRequest, observe: Observer): Promise<ContainerHandle> {
        return this.#for(request).start(request, observe);
    }

    adopt(request: ContainerRequest, running: RunningContainer, observe: Observer) {
        return this.#for(request).adopt(request, running, observe);
    }

    get folders(): PodFolders {
        return this.#real.folders;
    }

    podEnded(uid: string): void {
        this.#real.podEnded(uid);
    }

    podGone(uid: string): void {
        this.#real.podGone(uid);
    }

    volumeGone(name: string): void {
        this.#real.volumeGone(name);
    }

    keepOnly(uids: ReadonlySet<string>): void {
        this.#real.keepOnly(uids);
    }

    #for({ container }: ContainerRequest): ContainerRuntime {
        return isRunnable(container.image ?? "") ? this.#real : this.#simulated;
    }
}
