import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

import { type V1Container } from "@kubernetes/client-node";

import { type ObservedContainer } from "../../../../../rehearsal/cluster/node/containers/container-record.ts";
import { type ContainerProcess } from "../../../../../rehearsal/cluster/node/process/container-process.ts";
import { type ClusterNetwork } from "../../../../../rehearsal/cluster/node/process/network/cluster-network.ts";
import { RunningProcess } from "../../../../../rehearsal/cluster/node/process/running-process.ts";

describe("a container that is asked to end", () => {
    const hook = { lifecycle: { preStop: { exec: { command: ["drain"] } } } };

    /** A process that ends when it is killed, and by its signal unless it is stubborn. */
    function start(container: Partial<V1Container>, stubborn = false) {
        const events: string[] = [];
        const end = Promise.withResolvers<number>();
        const drained = Promise.withResolvers<number>();
        const process = {
            ended: end.promise,
            signal(name: string) {
                events.push(name);
                if (!stubborn) {
                    end.resolve(0);
                }
            },
            kill() {
                events.push("kill");
                end.resolve(137);
            },
            async execute(command: readonly string[]) {
                events.push(command.join(" "));
                return { exitCode: await drained.promise, output: "" };
            },
        } as unknown as ContainerProcess;
        const observed: ObservedContainer[] = [];
        const running = new RunningProcess({
            process,
            container: { name: "main", ...container },
            podIP: "10.0.0.1",
            network: { dial: assert.fail, isOpen: assert.fail } as unknown as ClusterNetwork,
            environment: {},
            stopSignal: "SIGTERM",
            identity: { id: "process://1", imageID: "process://image", startedAt: new Date() },
            observe: (one) => observed.push(one),
            logFile: "/nowhere",
            warn: (reason, message) => {
                events.push(`${reason}: ${message}`);
                return Promise.resolve();
            },
        });
        const ended = async (): Promise<void> => {
            while (observed.at(-1)?.is !== "exited") {
                await delay(1);
            }
        };
        return { running, events, drained, end, ended };
    }

    it("is asked once its hook is done, and not before", async () => {
        const { running, events, drained, ended } = start(hook);
        running.stop(30);
        running.stop(30);
        await delay(20);
        assert.deepEqual(events, ["drain"]);
        drained.resolve(0);
        await ended();
        assert.deepEqual(events, ["drain", "SIGTERM"]);
    });

    it("is asked all the same when its hook fails, and the pod says so", async () => {
        const { running, events, drained, ended } = start(hook);
        running.stop(30);
        drained.resolve(1);
        await ended();
        assert.deepEqual(events, ["drain", "FailedPreStopHook: container main: exit code 1", "SIGTERM"]);
    });

    it("is asked no more when its hook has ended it", async () => {
        const { running, events, drained, end, ended } = start(hook);
        running.stop(30);
        end.resolve(0);
        await ended();
        drained.resolve(137);
        await delay(20);
        assert.deepEqual(events, ["drain"]);
    });

    it("is killed when the grace is over, and at once without any", async () => {
        const slow = start({}, true);
        slow.running.stop(0.02);
        await slow.ended();
        assert.deepEqual(slow.events, ["SIGTERM", "kill"]);

        const { running, events, ended } = start(hook);
        running.stop(30);
        running.stop(0);
        await ended();
        assert.deepEqual(events, ["drain", "kill"]);
    });

    it("has two seconds left after a hook that took all of its grace", async () => {
        const { running, events, drained, end, ended } = start(hook, true);
        running.stop(0.01);
        await delay(30);
        drained.resolve(0);
        await delay(100);
        assert.deepEqual(events, ["drain", "SIGTERM"]);
        end.resolve(0);
        await ended();
    });
});
