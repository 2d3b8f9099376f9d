import assert from "node:assert/strict";

import fc from "fast-check";

import {
    containersOf,
    neverStarted,
    recordsFrom,
    type ContainerRecord,
    type PodContainer,
} from "../../../../../rehearsal/cluster/node/containers/container-record.ts";
import { streakAfter } from "../../../../../rehearsal/cluster/node/pods/back-off.ts";
import { planPod, type PodPlan } from "../../../../../rehearsal/cluster/node/pods/pod-plan.ts";
import { podStatus } from "../../../../../rehearsal/cluster/node/pods/pod-status.ts";
import { pod, type PodShape } from "./pod-fixture.ts";

const epoch = Date.parse("2026-11-23T00:00:00Z");
const nothingMissing = { containers: new Map<string, string>() };
const network = { hostIP: "10.243.0.1", podIP: "10.244.0.2" };

/** A pod whose containers do exactly what a test says, in a time that the test moves. */
class PlannedPod {
    readonly pod;
    readonly records = new Map<string, ContainerRecord>();
    readonly history: string[] = [];
    seconds = 0;

    constructor(shape: PodShape) {
        this.pod = pod(shape);
        for (const { container } of containersOf(this.pod)) {
            this.records.set(container.name, neverStarted());
        }
    }

    get now(): Date {
        return new Date(epoch + this.seconds * 1000);
    }

    plan(): PodPlan {
        return planPod(this.pod, this.records, nothingMissing, this.now);
    }

    /** Starts and stops what is planned until nothing more is. Containers that are told to stop end well. */
    settle(): PodPlan {
        for (;;) {
            const plan = this.plan();
            plan.start.forEach((one) => {
                this.#start(one);
            });
            plan.stop.forEach(({ container }) => {
                this.exit(container.name, 0);
            });
            if (plan.start.length + plan.stop.length === 0) {
                return plan;
            }
        }
    }

    exit(name: string, exitCode: number): void {
        const record = this.records.get(name);
        assert.ok(record?.state.is === "running", `${name} does not run`);
        const { id, imageID, startedAt } = record.state;
        record.state = { is: "exited", id, imageID, startedAt, finishedAt: this.now, exitCode, reason: "Ended" };
        this.history.push(`${name} ended`);
    }

    running(): string[] {
        return [...this.records].filter(([, record]) => record.state.is === "running").map(([name]) => name);
    }

    status() {
        return podStatus(this.pod, this.records, this.plan(), network, {}, this.now);
    }

    #start({ container }: PodContainer): void {
        const before = this.records.get(container.name) ?? neverStarted();
        const again = before.state.is === "exited";
        this.records.set(container.name, {
            state: {
                is: "running",
                id: `test://${container.name}`,
                imageID: "test",
                startedAt: this.now,
                started: true,
                ready: true,
            },
            restarts: before.restarts + (again ? 1 : 0),
            streak: before.state.is === "exited" ? streakAfter(before, before.state) : 0,
            last: before.state.is === "exited" ? before.state : undefined,
        });
        this.history.push(`${container.name} started`);
    }
}

describe("the plan for a pod", () => {
    it("runs init containers one after another, then all main containers", () => {
        const planned = new PlannedPod({ inits: ["one", "two"], mains: ["left", "right"] });
        planned.settle();
        assert.deepEqual(planned.running(), ["one"]);
        planned.exit("one", 0);
        planned.settle();
        assert.deepEqual(planned.running(), ["two"]);
        planned.exit("two", 0);
        planned.settle();
        assert.deepEqual(planned.running(), ["left", "right"]);
    });

    it("waits for a sidecar to be started before what follows, and keeps it running", () => {
        const planned = new PlannedPod({ inits: ["sidecar", "after"] });
        const first = planned.plan();
        assert.deepEqual(
            first.start.map((one) => one.container.name),
            ["sidecar"],
        );
        planned.records.set("sidecar", {
            ...neverStarted(),
            state: {
                is: "running",
                id: "test://s",
                imageID: "",
                startedAt: planned.now,
                started: false,
                ready: false,
            },
        });
        assert.deepEqual(planned.plan().start, [], "its startup probe has not passed yet");
        const { state } = planned.records.get("sidecar") ?? neverStarted();
        assert.ok(state.is === "running");
        state.started = true;
        planned.settle();
        assert.deepEqual(planned.running(), ["sidecar", "after"]);
    });

    it("ends a job's pod with the sidecars, the last started first, and only then calls it succeeded", () => {
        const planned = new PlannedPod({
            inits: ["sidecar-a", "init", "sidecar-b"],
            mains: ["work"],
            restartPolicy: "Never",
        });
        planned.settle();
        planned.exit("init", 0);
        planned.settle();
        planned.exit("work", 0);
        assert.equal(planned.plan().outcome, undefined, "sidecars still run");
        assert.equal(planned.settle().outcome, "Succeeded");
        assert.deepEqual(planned.history.slice(-3), ["work ended", "sidecar-b ended", "sidecar-a ended"]);
    });

    it("does not let a sidecar's end decide the outcome", () => {
        const planned = new PlannedPod({ inits: ["sidecar"], mains: ["work"], restartPolicy: "Never" });
        planned.settle();
        planned.exit("sidecar", 1);
        planned.exit("work", 0);
        assert.equal(planned.settle().outcome, "Succeeded");
    });

    it("restarts a sidecar beside running main containers, whatever the pod's policy", () => {
        const planned = new PlannedPod({ inits: ["sidecar"], mains: ["work"], restartPolicy: "Never" });
        planned.settle();
        planned.exit("sidecar", 0);
        planned.settle();
        assert.deepEqual(planned.running(), ["sidecar", "work"]);
    });

    it("fails a pod that never restarts when an init container fails, without starting a main container", () => {
        const planned = new PlannedPod({ inits: ["sidecar", "init"], restartPolicy: "Never" });
        planned.settle();
        planned.exit("init", 3);
        assert.equal(planned.settle().outcome, "Failed");
        assert.ok(!planned.history.includes("main started"));
    });

    it("tries a failed init container again when the pod restarts on failure", () => {
        const planned = new PlannedPod({ inits: ["init"], restartPolicy: "OnFailure" });
        planned.settle();
        planned.exit("init", 1);
        planned.settle();
        assert.deepEqual(planned.running(), ["init"]);
    });

    for (const [restartPolicy, exitCode, outcome] of [
        ["Never", 0, "Succeeded"],
        ["Never", 1, "Failed"],
        ["OnFailure", 0, "Succeeded"],
        ["OnFailure", 1, undefined],
        ["Always", 0, undefined],
    ] as const) {
        it(`${outcome ?? "restarts"} after exit ${exitCode} under ${restartPolicy}`, () => {
            const planned = new PlannedPod({ restartPolicy });
            planned.settle();
            planned.exit("main", exitCode);
            assert.equal(planned.settle().outcome, outcome);
            assert.deepEqual(planned.running(), outcome === undefined ? ["main"] : []);
        });
    }

    it("backs off a crashing container: at once, then 10 s, 20 s, up to 5 minutes", () => {
        const planned = new PlannedPod({});
        const waits = [];
        for (let crash = 0; crash < 8; crash++) {
            planned.settle();
            planned.exit("main", 1);
            const plan = planned.settle();
            const waited = plan.wakeAt === undefined ? 0 : (plan.wakeAt.getTime() - planned.now.getTime()) / 1000;
            waits.push(waited);
            assert.equal(plan.waiting.get("main")?.reason, waited === 0 ? undefined : "CrashLoopBackOff");
            planned.seconds += waited;
        }
        assert.deepEqual(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
    });

    it("forgives earlier crashes after a run of ten minutes", () => {
        const planned = new PlannedPod({});
        planned.settle();
        planned.exit("main", 1);
        planned.settle();
        planned.seconds += 600;
        planned.exit("main", 1);
        assert.equal(planned.settle().wakeAt, undefined);
    });

    it("stops main containers before sidecars when the pod is deleted", () => {
        const planned = new PlannedPod({ inits: ["sidecar-a", "sidecar-b"], mains: ["left", "right"] });
        planned.settle();
        planned.history.length = 0;
        planned.pod.metadata = { ...planned.pod.metadata, deletionTimestamp: planned.now };
        assert.equal(planned.settle().outcome, "Succeeded");
        assert.deepEqual(planned.history, ["left ended", "right ended", "sidecar-b ended", "sidecar-a ended"]);
    });

    it("starts nothing in a pod that was deleted before it began", () => {
        const planned = new PlannedPod({ inits: ["init"] });
        planned.pod.metadata = { ...planned.pod.metadata, deletionTimestamp: planned.now };
        assert.equal(planned.settle().outcome, "Failed");
        assert.deepEqual(planned.history, []);
    });

    it("never starts anything again in a pod that is shown as ended", () => {
        const planned = new PlannedPod({});
        planned.pod.status = { phase: "Failed" };
        assert.equal(planned.settle().outcome, "Failed");
        assert.deepEqual(planned.history, []);
    });

    it("starts no container while a volume is missing, and says which", () => {
        const missing = { volumes: 'secret "tls" not found', containers: new Map<string, string>() };
        const planned = new PlannedPod({ inits: ["init"] });
        const plan = planPod(planned.pod, planned.records, missing, planned.now);
        assert.deepEqual(plan.start, []);
        assert.deepEqual(plan.waiting.get("init"), { reason: "ContainerCreating", message: 'secret "tls" not found' });
    });

    it("leaves running containers alone when a volume's source goes away, and restarts them without it", () => {
        const missing = { volumes: 'secret "tls" not found', containers: new Map<string, string>() };
        const planned = new PlannedPod({ mains: ["left", "right"] });
        planned.settle();
        planned.exit("left", 1);
        const plan = planPod(planned.pod, planned.records, missing, planned.now);
        assert.deepEqual(plan.stop, []);
        assert.deepEqual(
            plan.start.map((one) => one.container.name),
            ["left"],
        );
    });

    it("holds only the container whose environment is missing", () => {
        const missing = { containers: new Map([["left", 'secret "db" not found']]) };
        const planned = new PlannedPod({ mains: ["left", "right"] });
        const plan = planPod(planned.pod, planned.records, missing, planned.now);
        assert.deepEqual(
            plan.start.map((one) => one.container.name),
            ["right"],
        );
        assert.deepEqual(plan.waiting.get("left"), {
            reason: "CreateContainerConfigError",
            message: 'secret "db" not found',
        });
    });
});

describe("the plan for any pod", () => {
    const shape = fc.record({
        inits: fc
            .array(fc.boolean(), { maxLength: 4 })
            .map((sidecars) => sidecars.map((sidecar, index) => `${sidecar ? "sidecar" : "init"}-${index}`)),
        mains: fc.integer({ min: 1, max: 3 }).map((count) => Array.from({ length: count }, (_, i) => `main-${i}`)),
        restartPolicy: fc.constantFrom("Always" as const, "OnFailure" as const, "Never" as const),
    });
    /** Which of the running containers ends, how, and how long that took. */
    const eventsWithin = (longest: number) =>
        fc.array(
            fc.record({
                which: fc.nat(),
                exitCode: fc.constantFrom(0, 0, 0, 1),
                seconds: fc.integer({ min: 0, max: longest }),
            }),
            { maxLength: 12 },
        );

    const events = eventsWithin(400);

    function live(planned: PlannedPod, happening: { which: number; exitCode: number; seconds: number }[]): void {
        planned.settle();
        for (const { which, exitCode, seconds } of happening) {
            const running = planned.running();
            planned.seconds += seconds;
            const name = running[which % Math.max(running.length, 1)];
            if (name !== undefined) {
                planned.exit(name, exitCode);
            }
            planned.settle();
        }
    }

    it("starts a container for the first time only after all that must precede it", () => {
        fc.assert(
            fc.property(shape, events, (of, happening) => {
                const planned = new PlannedPod(of);
                live(planned, happening);
                const firstStart = (name: string): number => planned.history.indexOf(`${name} started`);
                const order = [...of.inits, ...of.mains].map(firstStart);
                const begun = order.filter((index) => index >= 0);
                const expected = begun.toSorted((left, right) => left - right);
                assert.deepEqual(begun, expected, "first starts follow the pod's order");
                assert.deepEqual(order.slice(0, begun.length), begun, "nothing was skipped");
                const firstMain = firstStart(of.mains[0] ?? "");
                for (const init of of.inits.filter((name) => name.startsWith("init"))) {
                    if (firstMain >= 0) {
                        const lastEnd = planned.history.lastIndexOf(`${init} ended`);
                        assert.ok(lastEnd >= 0 && lastEnd < firstMain, `${init} ended before the main containers`);
                    }
                }
            }),
        );
    });

    it("calls a pod ended only when nothing runs, and then starts nothing", () => {
        fc.assert(
            fc.property(shape, events, (of, happening) => {
                const planned = new PlannedPod(of);
                live(planned, happening);
                const { outcome } = planned.plan();
                if (outcome !== undefined) {
                    assert.deepEqual(planned.running(), []);
                    assert.notEqual(of.restartPolicy, "Always");
                    planned.seconds += 3600;
                    assert.deepEqual(planned.plan(), planned.plan());
                    assert.equal(planned.plan().outcome, outcome);
                }
            }),
        );
    });

    // The status does not tell that a long run forgave earlier crashes, so no run here is that long.
    // The status does not tell that a long run forgave earlier crashes, so no run here is that long.
    it("is the same after a restart of the node, from the pod's status alone", () => {
        fc.assert(
            fc.property(shape, eventsWithin(40), (of, happening) => {
                const planned = new PlannedPod(of);
                live(planned, happening);
                const stored = JSON.parse(JSON.stringify({ ...planned.pod, status: planned.status() }));
                const adopted = recordsFrom(stored);
                const again = planPod(stored, adopted, nothingMissing, planned.now);
                const before = planned.plan();
                assert.deepEqual(
                    again.start.map((one) => one.container.name),
                    before.start.map((one) => one.container.name),
                );
                assert.equal(again.outcome, before.outcome);
                assert.deepEqual([...again.waiting.keys()], [...before.waiting.keys()]);
                assert.deepEqual(
                    podStatus(stored, adopted, again, network, stored.status, planned.now).containerStatuses,
                    planned.status().containerStatuses,
                );
            }),
        );
    });
});
