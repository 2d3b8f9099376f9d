import { randomUUID } from "node:crypto";

import { type RunningContainer } from "./container-record.ts";
import {
    type ContainerHandle,
    type ContainerRequest,
    type ContainerRuntime,
    type Observer,
} from "./container-runtime.ts";

/**
 * Runs nothing. A container that is meant to stay (a sidecar, or a main container of a pod that always restarts) is
 * ready at once and stays; any other ends well as soon as it began.
 */
export class SimulatedRuntime implements ContainerRuntime {
    start(request: ContainerRequest, observe: Observer): Promise<ContainerHandle> {
        const running: RunningContainer = {
            is: "running",
            id: `simulated://${randomUUID()}`,
            imageID: `simulated://${request.container.image}`,
            startedAt: new Date(),
            started: true,
            ready: true,
        };
        observe(running);
        return Promise.resolve(simulate(request, running, observe));
    }

    adopt(request: ContainerRequest, running: RunningContainer, observe: Observer): Promise<ContainerHandle> {
        return Promise.resolve(simulate(request, running, observe));
    }
}

function simulate(request: ContainerRequest, running: RunningContainer, observe: Observer): ContainerHandle {
    let ended = false;
    const end = (): void => {
        if (!ended) {
            ended = true;
            const { id, imageID, startedAt } = running;
            observe({ is: "exited", id, imageID, startedAt, finishedAt: new Date(), exitCode: 0, reason: "Completed" });
        }
    };
    if (!stays(request)) {
        setImmediate(end);
    }
    return { stop: () => setImmediate(end) };
}

function stays({ pod, role }: ContainerRequest): boolean {
    return role === "sidecar" || (role === "main" && (pod.spec?.restartPolicy ?? "Always") === "Always");
}
