import assert from "node:assert/strict";

import { type RunningContainer } from "../../../../../rehearsal/cluster/node/containers/container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "../../../../../rehearsal/cluster/node/containers/container-runtime.ts";

/** Runs containers exactly as a test says, and remembers what it was asked. */
export class ScriptedRuntime implements ContainerRuntime {
    readonly history: string[] = [];
    /** Names of containers that cannot start, with the reason. */
    readonly broken = new Map<string, string>();
    /** Whether containers of an earlier node process are still there. */
    keeps = true;
    readonly #live = new Map<string, { running: RunningContainer; observe: Observer }>();

    start({ container, restarts }: ContainerRequest, observe: Observer): Promise<ContainerHandle> {
        const { name } = container;
        const reason = this.broken.get(name);
        if (reason !== undefined) {
            return Promise.reject(new Error(reason));
        }
        this.history.push(`start ${name}`);
        const id = `test://${name}-${restarts}`;
        const running: RunningContainer = {
            is: "running",
            id,
            imageID: "test",
            startedAt: new Date(),
            started: true,
            ready: true,
        };
        return Promise.resolve(this.#hold(name, running, observe));
    }

    adopt({ container }: ContainerRequest, running: RunningContainer, observe: Observer) {
        this.history.push(`adopt ${container.name}`);
        return Promise.resolve(this.keeps ? this.#hold(container.name, running, observe) : undefined);
    }

    exit(name: string, exitCode: number): void {
        const live = this.#live.get(name);
        assert.ok(live, `${name} does not run`);
        this.#live.delete(name);
        const { id, imageID, startedAt } = live.running;
        live.observe({ is: "exited", id, imageID, startedAt, finishedAt: new Date(), exitCode, reason: "Ended" });
    }

    #hold(name: string, running: RunningContainer, observe: Observer): ContainerHandle {
        this.#live.set(name, { running, observe });
        observe(running);
        return {
            stop: (graceSeconds) => {
                if (this.#live.get(name)?.running === running) {
                    this.history.push(`stop ${name} within ${graceSeconds} s`);
                    this.exit(name, 0);
                }
            },
        };
    }
}
