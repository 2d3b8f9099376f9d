import {
    type V1ContainerStatus,
    type V1DaemonSet,
    type V1Deployment,
    type V1EndpointSlice,
    type V1Job,
    type V1LabelSelector,
    type V1Pod,
    type V1Service,
    type V1StatefulSet,
} from "@kubernetes/client-node";

import { type ApiObject } from "./api.ts";
import { failed, ready, type Verdict, waiting } from "./follow.ts";

interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
}

/** When an object of a kind counts as made. */
export interface Readiness {
    /** What else to look at: the pods of a workload, the endpoints of a Service. */
    readonly related?: (object: ApiObject) => { apiVersion: string; kind: string; labelSelector: string } | undefined;
    readonly judge: (object: ApiObject, related: readonly ApiObject[]) => Verdict;
}

/** The kinds that Pulumi's provider waits for. Anything else is made once the API server has it. */
export const readiness: Readonly<Record<string, Readiness>> = {
    "apps/v1/Deployment": { related: podsOf, judge: withPods(deployment) },
    "apps/v1/StatefulSet": { related: podsOf, judge: withPods(statefulSet) },
    "apps/v1/DaemonSet": { related: podsOf, judge: withPods(daemonSet) },
    "batch/v1/Job": { related: podsOf, judge: withPods(job) },
    "v1/Pod": { judge: pod },
    "v1/Service": { related: endpointsOf, judge: service },
    "v1/PersistentVolumeClaim": { judge: claim },
    "networking.k8s.io/v1/Ingress": { judge: (object) => loadBalancer(object) },
    "apiextensions.k8s.io/v1/CustomResourceDefinition": { judge: definition },
};

function podsOf(object: ApiObject): { apiVersion: string; kind: string; labelSelector: string } | undefined {
    const selector = (object.spec as { selector?: V1LabelSelector }).selector?.matchLabels;
    return selector && { apiVersion: "v1", kind: "Pod", labelSelector: labels(selector) };
}

function endpointsOf(object: ApiObject): { apiVersion: string; kind: string; labelSelector: string } | undefined {
    const labelSelector = `kubernetes.io/service-name=${object.metadata?.name}`;
    return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", labelSelector };
}

const labels = (map: Record<string, string>): string =>
    Object.entries(map)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");

/** A workload that waits says what its pods say, since that is where the cause is. */
function withPods(judge: (object: ApiObject) => Verdict): Readiness["judge"] {
    return (object, pods) => {
        const verdict = judge(object);
        const problems = pods
            .map((one) => podProblem(one as unknown as V1Pod))
            .filter((problem) => problem !== undefined);
        return verdict.state === "ready" || problems.length === 0
            ? verdict
            : { ...verdict, message: [verdict.message, ...problems.slice(0, 3)].join("; ") };
    };
}

function deployment(object: ApiObject): Verdict {
    const { spec, status, metadata } = object as unknown as V1Deployment;
    const wanted = spec?.replicas ?? 1;
    const conditions = status?.conditions ?? [];
    const stuck = conditions.find((one) => one.type === "Progressing" && one.status === "False");
    if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
        return waiting("the controller has not seen this version yet");
    }
    if (stuck) {
        return failed(`the rollout stopped: ${say(stuck)}${refusal(conditions)}`);
    }
    const { updatedReplicas: updated = 0, availableReplicas: available = 0, replicas = 0 } = status ?? {};
    if (updated < wanted || available < wanted || replicas > updated) {
        const old = replicas > updated ? `, ${replicas - updated} of the old version left` : "";
        return waiting(`${available} of ${wanted} replicas available, ${updated} updated${old}${refusal(conditions)}`);
    }
    return ready;
}

function refusal(conditions: readonly Condition[]): string {
    const refused = conditions.find((one) => one.type === "ReplicaFailure" && one.status === "True");
    return refused ? `; pods cannot be made: ${say(refused)}` : "";
}

function statefulSet(object: ApiObject): Verdict {
    const { spec, status, metadata } = object as unknown as V1StatefulSet;
    const wanted = spec?.replicas ?? 1;
    if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
        return waiting("the controller has not seen this version yet");
    }
    const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status ?? {};
    const rolls = spec?.updateStrategy?.type !== "OnDelete" && !spec?.updateStrategy?.rollingUpdate?.partition;
    if (readyReplicas < wanted || (rolls && (updatedReplicas < wanted || currentRevision !== updateRevision))) {
        return waiting(`${readyReplicas} of ${wanted} replicas ready, ${updatedReplicas} updated`);
    }
    return ready;
}

function daemonSet(object: ApiObject): Verdict {
    const { spec, status, metadata } = object as unknown as V1DaemonSet;
    if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
        return waiting("the controller has not seen this version yet");
    }
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
    const updated = spec?.updateStrategy?.type === "OnDelete" ? wanted : updatedNumberScheduled;
    return updated < wanted || numberAvailable < wanted
        ? waiting(`${numberAvailable} of ${wanted} pods available, ${updated} updated`)
        : ready;
}

function job(object: ApiObject): Verdict {
    const { spec, status } = object as unknown as V1Job;
    const conditions = status?.conditions ?? [];
    const lost = conditions.find((one) => one.type === "Failed" && one.status === "True");
    if (lost) {
        return failed(`the Job failed: ${say(lost)}`);
    }
    const suspended = spec?.suspend === true;
    const complete = conditions.some((one) => one.type === "Complete" && one.status === "True");
    return complete || suspended
        ? ready
        : waiting(`${status?.succeeded ?? 0} of ${spec?.completions ?? 1} completions, ${status?.active ?? 0} running`);
}

function pod(object: ApiObject): Verdict {
    const { status } = object as unknown as V1Pod;
    const isReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
    if (isReady || status?.phase === "Succeeded") {
        return ready;
    }
    const problem = podProblem(object as unknown as V1Pod) ?? `phase ${status?.phase ?? "unset"}`;
    return status?.phase === "Failed" ? failed(problem) : waiting(problem);
}

function service(object: ApiObject, slices: readonly ApiObject[]): Verdict {
    const { spec } = object as unknown as V1Service;
    if (spec?.type === "LoadBalancer" && loadBalancer(object).state !== "ready") {
        return loadBalancer(object);
    }
    if (spec?.type === "ExternalName" || spec?.clusterIP === "None" || !spec?.selector) {
        return ready;
    }
    const endpoints = (slices as unknown as V1EndpointSlice[]).flatMap((slice) => slice.endpoints ?? []);
    return endpoints.some((endpoint) => endpoint.conditions?.ready !== false)
        ? ready
        : waiting(`no ready endpoint: no ready pod has the labels ${labels(spec.selector)}`);
}

function loadBalancer(object: ApiObject): Verdict {
    const { loadBalancer: balancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
    return balancer?.ingress?.length ? ready : waiting("no load balancer address yet");
}

/** A claim may stay Pending until a pod uses it, so Pending is as far as it must come. */
function claim(object: ApiObject): Verdict {
    const { phase } = (object.status ?? {}) as { phase?: string };
    return phase === "Lost" ? failed("its volume is lost") : phase === undefined ? waiting("no phase yet") : ready;
}

function definition(object: ApiObject): Verdict {
    const { conditions = [] } = (object.status ?? {}) as { conditions?: Condition[] };
    const refused = conditions.find((one) => one.type === "NamesAccepted" && one.status === "False");
    const established = conditions.some((one) => one.type === "Established" && one.status === "True");
    return refused
        ? failed(`its names are refused: ${say(refused)}`)
        : established
          ? ready
          : waiting("not established yet");
}

/** Why a pod is not ready, in the words of the kubelet or the scheduler; undefined while all is well. */
export function podProblem({ metadata, status }: V1Pod): string | undefined {
    const unscheduled = status?.conditions?.find((one) => one.type === "PodScheduled" && one.status === "False");
    const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const stuck = containers.map(containerProblem).find((problem) => problem !== undefined);
    const evicted = status?.phase === "Failed" ? (status.message ?? status.reason ?? "failed") : undefined;
    const problem = stuck ?? (unscheduled ? say(unscheduled) : evicted);
    return problem && `pod ${metadata?.name}: ${problem}`;
}

function containerProblem({ name, state, lastState, restartCount }: V1ContainerStatus): string | undefined {
    const { waiting: held, terminated } = state ?? {};
    const died = terminated ?? (held?.reason === "CrashLoopBackOff" ? lastState?.terminated : undefined);
    if (died && died.exitCode !== 0) {
        const why = [died.reason, died.message].filter(Boolean).join(": ");
        return `container ${name} exited with ${died.exitCode} (${why || "no reason given"}), restarts: ${restartCount}`;
    }
    const early = ["ContainerCreating", "PodInitializing"];
    return held && !early.includes(held.reason ?? "ContainerCreating")
        ? `container ${name}: ${say({ type: "", status: "", ...held })}`
        : undefined;
}

function say({ reason, message }: Condition): string {
    return [reason, message].filter(Boolean).join(": ") || "no reason given";
}
