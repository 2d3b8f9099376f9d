import { type V1Container } from "@kubernetes/client-node";

import { type RunningContainer } from "../containers/container-record.ts";
import { type ContainerHandle, type Observer } from "../containers/container-runtime.ts";
import { log } from "../log.ts";
import { type ClusterNetwork } from "./network/cluster-network.ts";
import { type Environment } from "./container-environment.ts";
import { type ContainerProcess } from "./container-process.ts";
import { preStop } from "./pre-stop.ts";
import { attemptProbe, type Probed } from "./probe-attempt.ts";
import { Prober } from "./prober.ts";
import { terminationMessage } from "./termination-message.ts";

// A kubelet gives this long to a container that a probe condemned, unless the pod says otherwise.
const CONDEMNED_GRACE_SECONDS = 30;

// What a kubelet leaves a container to end in when its hook has taken all of its grace.
const LEAST_SECONDS_AFTER_HOOK = 2;

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
    /** Tells whoever describes the pod. */
    readonly warn: (reason: string, message: string) => Promise<void>;
}

/** A container's process with its probes, from its start or its adoption to its end. */
export class RunningProcess implements ContainerHandle {
    readonly #options: RunningProcessOptions;
    readonly #prober: Prober;
    readonly #probed: Probed;
    #stopping: NodeJS.Timeout | undefined;
    #ended = false;
    #message: string | undefined;

    constructor(options: RunningProcessOptions) {
        this.#options = options;
        const { process, container, podIP, network, environment, identity, observe } = options;
        const probed: Probed = {
            container,
            podIP,
            dial: network.dial.bind(network),
            isOpen: network.isOpen.bind(network),
            execute: (command: readonly string[], seconds: number) => process.execute(command, environment, seconds),
        };
        this.#probed = probed;
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
        if (graceSeconds <= 0) {
            this.#options.process.kill();
        } else if (this.#stopping === undefined) {
            this.#prober.stop();
            this.#killAfter(graceSeconds);
            void this.#askToEnd(graceSeconds);
        }
    }

    /** First the container's own hook, whose time is part of the grace. */
    async #askToEnd(graceSeconds: number): Promise<void> {
        const { container, process, stopSignal, warn } = this.#options;
        const hook = container.lifecycle?.preStop;
        if (hook) {
            const since = performance.now();
            // What is left after the hook counts from its end.
            clearTimeout(this.#stopping);
            const problem = await preStop(hook, this.#probed, graceSeconds);
            if (this.#ended) {
                // A hook that ends its container is cut off with it, and did its work.
                return;
            }
            if (problem !== undefined) {
                await warn("FailedPreStopHook", `container ${container.name}: ${problem}`);
            }
            const left = graceSeconds - (performance.now() - since) / 1000;
            this.#killAfter(Math.max(left, LEAST_SECONDS_AFTER_HOOK));
        }
        process.signal(stopSignal);
    }

    #killAfter(seconds: number): void {
        this.#stopping = setTimeout(() => {
            this.#options.process.kill();
        }, seconds * 1000);
    }

    async #untilEnd(): Promise<void> {
        const { container, identity, logFile, observe, process } = this.#options;
        const { id, imageID, startedAt } = identity;
        const exitCode = await process.ended;
        this.#ended = true;
        this.#prober.stop();
        clearTimeout(this.#stopping);
        const reason = exitCode === 0 ? "Completed" : "Error";
        const message = this.#message ?? terminationMessage(container, exitCode, logFile);
        const end = { exitCode, reason, message, finishedAt: new Date() };
        observe({ is: "exited", id, imageID, startedAt, ...end });
    }
}
