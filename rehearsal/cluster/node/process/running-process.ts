import { type V1Container } from "@kubernetes/client-node";

import { type RunningContainer } from "../container-record.ts";
import { type ContainerHandle, type Observer } from "../container-runtime.ts";
import { log } from "../log.ts";
import { type ClusterNetwork } from "./network/cluster-network.ts";
import { type Environment } from "./container-environment.ts";
import { type ContainerProcess } from "./container-process.ts";
import { attemptProbe } from "./probe-attempt.ts";
import { Prober } from "./prober.ts";
import { terminationMessage } from "./termination-message.ts";

// A kubelet gives this long to a container that a probe condemned, unless the pod says otherwise.
const CONDEMNED_GRACE_SECONDS = 30;

export interface RunningProcessOptions {
    readonly process: ContainerProcess;
    readonly container: V1Container;
    readonly podIP: string;
    readonly network: ClusterNetwork;
    readonly environment: Environment;
    readonly stopSignal: NodeJS.Signals;
    readonly identity: Pick<RunningContainer, "id" | "imageID" | "startedAt"> & Partial<RunningContainer>;
    readonly observe: Observer;
    readonly logFile: string;
}

/** A container's process with its probes, from its start or its adoption to its end. */
export class RunningProcess implements ContainerHandle {
    readonly #options: RunningProcessOptions;
    readonly #prober: Prober;
    #stopping: NodeJS.Timeout | undefined;
    #message: string | undefined;

    constructor(options: RunningProcessOptions) {
        this.#options = options;
        const { process, container, podIP, network, environment, identity, observe } = options;
        const probed = {
            container,
            podIP,
            dial: network.dial.bind(network),
            isOpen: network.isOpen.bind(network),
            execute: (command: readonly string[], seconds: number) => process.execute(command, environment, seconds),
        };
        const { id, imageID, startedAt, started, ready } = identity;
        const before = started === undefined || ready === undefined ? undefined : { started, ready };
        this.#prober = new Prober(
            {
                container,
                attempt: (probe) => attemptProbe(probe, probed),
                changed: (state) => {
                    observe({ is: "running", id, imageID, startedAt, ...state });
                },
                failed: (message) => {
                    log(`container ${container.name} ${id}: ${message}`);
                    this.#message = message;
                    this.stop(CONDEMNED_GRACE_SECONDS);
                },
            },
            before,
        );
        observe({ is: "running", id, imageID, startedAt, ...this.#prober.state });
        this.#prober.begin();
        void this.#untilEnd();
    }

    stop(graceSeconds: number): void {
        const { process, stopSignal } = this.#options;
        if (graceSeconds <= 0) {
            process.kill();
        } else if (this.#stopping === undefined) {
            this.#prober.stop();
            process.signal(stopSignal);
            this.#stopping = setTimeout(() => {
                process.kill();
            }, graceSeconds * 1000);
        }
    }

    async #untilEnd(): Promise<void> {
        const { container, identity, logFile, observe, process } = this.#options;
        const { id, imageID, startedAt } = identity;
        const exitCode = await process.ended;
        this.#prober.stop();
        clearTimeout(this.#stopping);
        const reason = exitCode === 0 ? "Completed" : "Error";
        const message = this.#message ?? terminationMessage(container, exitCode, logFile);
        const end = { exitCode, reason, message, finishedAt: new Date() };
        observe({ is: "exited", id, imageID, startedAt, ...end });
    }
}
