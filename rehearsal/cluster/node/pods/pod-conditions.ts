import { type V1Pod, type V1PodCondition, type V1PodStatus } from "@kubernetes/client-node";

import { containersOf, type ContainerRecords, type PodContainer } from "../containers/container-record.ts";
import { recordOf, type PodPlan } from "./pod-plan.ts";

interface Situation {
    pod: V1Pod;
    records: ContainerRecords;
    plan: PodPlan;
    phase: string;
    previous: V1PodStatus;
    now: Date;
}

interface Verdict {
    holds: boolean;
    reason?: string;
    message?: string;
}

/** The conditions that a node writes. A transition time moves only when its condition changes. */
export function podConditions(situation: Situation): V1PodCondition[] {
    const containersReady = readiness(situation);
    const verdicts: Record<string, Verdict> = {
        PodReadyToStartContainers: { holds: situation.plan.outcome === undefined && mounted(situation) },
        Initialized: initialized(situation),
        ContainersReady: containersReady,
        Ready: containersReady.holds ? gates(situation.pod) : containersReady,
    };
    return Object.entries(verdicts).map(([type, verdict]) => condition(type, verdict, situation));
}

function condition(type: string, verdict: Verdict, { pod, previous, now }: Situation): V1PodCondition {
    const status = verdict.holds ? "True" : "False";
    const before = previous.conditions?.find((candidate) => candidate.type === type);
    return {
        type,
        status,
        reason: verdict.reason,
        message: verdict.message,
        observedGeneration: pod.metadata?.generation,
        lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    };
}

function mounted({ pod, records, plan }: Situation): boolean {
    const containers = containersOf(pod);
    return (
        plan.start.length > 0 ||
        containers.some((one) => recordOf(one, records).state.is !== "waiting") ||
        ![...plan.waiting.values()].some((waiting) => waiting.reason === "ContainerCreating")
    );
}

function ended(phase: string): Verdict | undefined {
    if (phase === "Succeeded") {
        return { holds: false, reason: "PodCompleted" };
    }
    return phase === "Failed" ? { holds: false, reason: "PodFailed" } : undefined;
}

function initialized({ pod, records, phase }: Situation): Verdict {
    if (phase === "Succeeded") {
        return { holds: true, reason: "PodCompleted" };
    }
    const containers = containersOf(pod);
    // Once a main container began, nothing takes the pod back to initializing.
    if (containers.some((one) => one.role === "main" && recordOf(one, records).state.is !== "waiting")) {
        return { holds: true };
    }
    const incomplete = containers.filter((one) => {
        const { state } = recordOf(one, records);
        const started = one.role === "sidecar" && state.is === "running" && state.started;
        const done = one.role === "init" && state.is === "exited" && state.exitCode === 0;
        return one.role !== "main" && !started && !done;
    });
    return listing("ContainersNotInitialized", "incomplete", incomplete);
}

function readiness({ pod, records, phase }: Situation): Verdict {
    const unready = containersOf(pod).filter((one) => {
        const { state } = recordOf(one, records);
        return one.role !== "init" && !(state.is === "running" && state.ready);
    });
    return ended(phase) ?? listing("ContainersNotReady", "unready", unready);
}

function listing(reason: string, adjective: string, containers: PodContainer[]): Verdict {
    if (containers.length === 0) {
        return { holds: true };
    }
    const names = containers.map((one) => one.container.name).join(" ");
    return { holds: false, reason, message: `containers with ${adjective} status: [${names}]` };
}

/** Conditions that others set and the pod asks for before it counts as ready. */
function gates(pod: V1Pod): Verdict {
    const unmet = (pod.spec?.readinessGates ?? [])
        .map((gate) => gate.conditionType)
        .filter((type) => pod.status?.conditions?.find((candidate) => candidate.type === type)?.status !== "True");
    const message = `conditions that the pod's readiness gates ask for are not True: [${unmet.join(" ")}]`;
    return unmet.length === 0 ? { holds: true } : { holds: false, reason: "ReadinessGatesNotReady", message };
}
