import assert from "node:assert/strict";

import { type V1PodStatus } from "@kubernetes/client-node";

import {
    recordsFrom,
    type ContainerRecord,
    type RunningContainer,
} from "../../../../../rehearsal/cluster/node/containers/container-record.ts";
import { planPod } from "../../../../../rehearsal/cluster/node/pods/pod-plan.ts";
import { podStatus } from "../../../../../rehearsal/cluster/node/pods/pod-status.ts";
import { pod } from "./pod-fixture.ts";

const early = new Date("2026-11-23T10:00:00Z");
const late = new Date("2026-11-23T11:00:00Z");
const network = { hostIP: "10.243.0.1", podIP: "10.244.0.2" };
const nothingMissing = { containers: new Map<string, string>() };

function running(ready = true): ContainerRecord {
    const state: RunningContainer = {
        is: "running",
        id: "test://1",
        imageID: "i",
        startedAt: early,
        started: true,
        ready,
    };
    return { state, restarts: 0, streak: 0 };
}

function exited(exitCode: number, restarts = 0): ContainerRecord {
    const times = { startedAt: early, finishedAt: early };
    return {
        state: { is: "exited", id: "test://1", imageID: "i", ...times, exitCode, reason: "Ended" },
        restarts,
        streak: restarts,
    };
}

function statusOf(
    of: ReturnType<typeof pod>,
    known: Record<string, ContainerRecord>,
    previous: V1PodStatus = {},
    now = late,
    missing: { volumes?: string; containers: Map<string, string> } = nothingMissing,
): V1PodStatus {
    const records = new Map([...recordsFrom(of), ...Object.entries(known)]);
    return podStatus(of, records, planPod(of, records, missing, now), network, previous, now);
}

function condition(status: V1PodStatus, type: string) {
    return status.conditions?.find((one) => one.type === type);
}

describe("a pod's status", () => {
    it("names its addresses, its node's address and the generation that it is about", () => {
        const status = statusOf(pod(), { main: running() });
        assert.equal(status.podIP, "10.244.0.2");
        assert.deepEqual(status.podIPs, [{ ip: "10.244.0.2" }]);
        assert.equal(status.hostIP, "10.243.0.1");
        assert.equal(status.observedGeneration, 1);
        assert.equal(condition(status, "Ready")?.observedGeneration, 1);
    });

    it("leaves alone what others write", () => {
        const status = statusOf(pod(), { main: running() });
        assert.equal(condition(status, "PodScheduled"), undefined);
        assert.ok(!("qosClass" in status));
    });

    it("is Pending and not initialized while init containers run, and says which", () => {
        const status = statusOf(pod({ inits: ["one", "two"] }), { one: exited(0), two: running() });
        assert.equal(status.phase, "Pending");
        assert.equal(condition(status, "Initialized")?.message, "containers with incomplete status: [two]");
        assert.equal(status.containerStatuses?.[0]?.state?.waiting?.reason, "PodInitializing");
        assert.deepEqual(
            status.initContainerStatuses?.map((one) => one.ready),
            [true, false],
        );
    });

    it("is ready only when every main container and every sidecar is", () => {
        const of = pod({ inits: ["sidecar"], mains: ["main"] });
        const waiting = statusOf(of, { sidecar: running(false), main: running() });
        assert.equal(waiting.phase, "Running");
        assert.equal(condition(waiting, "Ready")?.message, "containers with unready status: [sidecar]");
        const ready = statusOf(of, { sidecar: running(), main: running() });
        assert.equal(condition(ready, "Ready")?.status, "True");
        assert.equal(condition(ready, "ContainersReady")?.status, "True");
    });

    it("waits for a readiness gate that somebody else has to open", () => {
        const of = pod();
        of.spec = { ...of.spec, containers: of.spec?.containers ?? [], readinessGates: [{ conditionType: "gate" }] };
        const closed = statusOf(of, { main: running() });
        assert.equal(condition(closed, "ContainersReady")?.status, "True");
        assert.equal(condition(closed, "Ready")?.reason, "ReadinessGatesNotReady");
        of.status?.conditions?.push({ type: "gate", status: "True" });
        assert.equal(condition(statusOf(of, { main: running() }), "Ready")?.status, "True");
    });

    it("moves a transition time only when its condition changes", () => {
        const first = statusOf(pod(), { main: running(false) }, {}, early);
        const second = statusOf(pod(), { main: running(true) }, first, late);
        assert.equal(condition(second, "Ready")?.lastTransitionTime, late);
        assert.equal(condition(second, "Initialized")?.lastTransitionTime, early);
        assert.equal(second.startTime, early);
    });

    it("shows a crash loop as waiting, with the crash as the last state and the restarts counted", () => {
        const status = statusOf(pod(), { main: exited(2, 3) }, {}, early);
        const [container] = status.containerStatuses ?? [];
        assert.equal(container?.state?.waiting?.reason, "CrashLoopBackOff");
        assert.equal(
            container?.state?.waiting?.message,
            "back-off 40s restarting failed container=main pod=web-0_team(uid-1)",
        );
        assert.equal(container?.lastState?.terminated?.exitCode, 2);
        assert.equal(container?.restartCount, 3);
        assert.equal(status.phase, "Running");
    });

    it("calls a completed pod initialized and no longer ready", () => {
        const status = statusOf(pod({ restartPolicy: "Never" }), { main: exited(0) });
        assert.equal(status.phase, "Succeeded");
        assert.deepEqual(
            ["Initialized", "Ready", "ContainersReady", "PodReadyToStartContainers"].map(
                (type) => condition(status, type)?.status,
            ),
            ["True", "False", "False", "False"],
        );
        assert.equal(condition(status, "Ready")?.reason, "PodCompleted");
    });

    it("is not ready to start containers while a volume is missing", () => {
        const missing = { volumes: 'secret "tls" not found', containers: new Map<string, string>() };
        const status = statusOf(pod(), {}, {}, late, missing);
        assert.equal(status.phase, "Pending");
        assert.equal(condition(status, "PodReadyToStartContainers")?.status, "False");
        assert.equal(status.containerStatuses?.[0]?.state?.waiting?.message, 'secret "tls" not found');
    });

    it("says of a pod deleted before it began that its containers will never run", () => {
        const of = pod();
        of.metadata = { ...of.metadata, deletionTimestamp: late };
        const status = statusOf(of, {});
        assert.equal(status.phase, "Failed");
        assert.equal(status.containerStatuses?.[0]?.state?.terminated?.reason, "ContainerStatusUnknown");
    });
});
