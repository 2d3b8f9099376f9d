import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";

import { type V1Container, type V1Probe } from "@kubernetes/client-node";

import { Prober } from "../../../rehearsal/cluster/node/process/prober.ts";

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
});
