import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { type V1Container, type V1Probe } from "@kubernetes/client-node";

import { Prober } from "../../../../../rehearsal/cluster/node/process/prober.ts";

// Periods are whole seconds in the API; a fraction only makes the tests short.
const probe = (further: Partial<V1Probe> = {}): V1Probe => ({ periodSeconds: 0.001, ...further });

/** Runs a container's probes against these answers, by probe, the last of which repeats, until `until` holds. */
async function run(
    container: Partial<V1Container>,
    answers: Partial<Record<"startupProbe" | "readinessProbe" | "livenessProbe", boolean[]>>,
    until: (events: string[]) => boolean,
): Promise<string[]> {
    const events: string[] = [];
    const whole: V1Container = { name: "main", ...container };
    const prober = new Prober({
        container: whole,
        attempt: (asked) => {
            const kind = (["startupProbe", "readinessProbe", "livenessProbe"] as const).find(
                (one) => whole[one] === asked,
            );
            const given = kind && answers[kind];
            events.push(`ask ${kind}`);
            return Promise.resolve({
                passed: (given && (given.length > 1 ? given.shift() : given[0])) ?? true,
                message: "",
            });
        },
        changed: ({ started, ready }) =>
            events.push(`${started ? "started" : "starting"} ${ready ? "ready" : "unready"}`),
        failed: () => events.push("failed"),
    });
    prober.begin();
    while (!until(events)) {
        await turn();
    }
    prober.stop();
    return events;
}

describe("the probes of a container", () => {
    it("count a container without any as ready from the start", () => {
        const prober = new Prober({
            container: { name: "main" },
            attempt: () => assert.fail("there is nothing to ask"),
            changed: () => undefined,
            failed: () => undefined,
        });
        assert.deepEqual(prober.state, { started: true, ready: true });
    });

    it("ask nothing else before the startup probe has passed", async () => {
        const container = { startupProbe: probe(), readinessProbe: probe() };
        const events = await run(container, { startupProbe: [false, true] }, (seen) => seen.includes("started ready"));
        assert.deepEqual(events.slice(0, 3), ["ask startupProbe", "ask startupProbe", "started unready"]);
    });

    it("end a container that does not start within its threshold", async () => {
        const container = { startupProbe: probe({ failureThreshold: 2 }) };
        const events = await run(container, { startupProbe: [false] }, (seen) => seen.includes("failed"));
        assert.deepEqual(events, ["ask startupProbe", "ask startupProbe", "failed"]);
    });

    it("make a container unready only when as many failures follow each other as the threshold says", async () => {
        const container = { readinessProbe: probe({ failureThreshold: 2 }) };
        const answers = { readinessProbe: [true, false, true, false, false] };
        const events = await run(container, answers, (seen) => seen.includes("started unready"));
        const states = events.filter((event) => !event.startsWith("ask"));
        assert.deepEqual(states, ["started ready", "started unready"]);
        assert.equal(events.filter((event) => event.startsWith("ask")).length, 5);
    });

    it("end a container whose liveness probe fails, and ask no more", async () => {
        const container = { livenessProbe: probe({ failureThreshold: 1 }) };
        const events = await run(container, { livenessProbe: [true, false] }, (seen) => seen.includes("failed"));
        assert.deepEqual(events, ["ask livenessProbe", "ask livenessProbe", "failed"]);
    });

    describe("by the clock", () => {
        beforeEach(() => {
            mock.timers.enable({ apis: ["setTimeout", "Date"] });
        });

        afterEach(() => {
            mock.timers.reset();
        });

        /** At which seconds after the start of a container a probe is asked, in the first 40. */
        async function asked(
            container: Partial<V1Container>,
            kind: "readinessProbe" | "livenessProbe",
            passes: number[],
        ) {
            const whole: V1Container = { name: "main", ...container };
            const seconds: number[] = [];
            const now = () => Math.floor(Date.now() / 1000);
            const prober = new Prober({
                container: whole,
                attempt: (probe) => {
                    if (probe !== whole[kind]) {
                        return Promise.resolve({ passed: now() >= 10, message: "" });
                    }
                    seconds.push(now());
                    return Promise.resolve({ passed: passes.includes(now()), message: "" });
                },
                changed: () => undefined,
                failed: () => undefined,
            });
            prober.begin();
            while (now() < 40) {
                mock.timers.tick(100);
                await turn();
            }
            prober.stop();
            return seconds;
        }

        it("wait from the container's start, also for what the startup probe held back", async () => {
            const startupProbe = { periodSeconds: 10 };
            const livenessProbe = { initialDelaySeconds: 15, periodSeconds: 10, failureThreshold: 9 };
            assert.deepEqual(await asked({ startupProbe, livenessProbe }, "livenessProbe", []), [15, 25, 35]);
        });

        it("look at what is not ready every second, and at what is as often as they say", async () => {
            const readinessProbe = { periodSeconds: 10 };
            assert.deepEqual(await asked({ readinessProbe }, "readinessProbe", [3, 13, 33]), [0, 1, 2, 3, 13, 23, 33]);
        });
    });
});
