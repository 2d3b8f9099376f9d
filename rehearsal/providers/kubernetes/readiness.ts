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
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
}

/** When an object of a kind counts as made. */
export interface Readiness {
    /** What else to look at: the pods of a workload, the endpoints of a Service. */
    readonly related?: (
        object: ApiObject,
    ) => { path: (namespace: string) => string; labelSelector: string } | undefined;
    readonly judge: (object: ApiObject, related: readonly ApiObject[]) => Verdict;
}

/** The kinds that Pulumi's provider waits for. Anything else is made once the API server has it. */
export const readiness: Readonly<Record<string, Readiness>> = {
    "apps/v1/DaemonSet": workload(daemonSet),
    "apps/v1/Deployment": workload(deployment),
    "apps/v1/StatefulSet": workload(statefulSet),
    "batch/v1/Job": workload(job),
    "networking.k8s.io/v1/Ingress": { judge: loadBalancer },
    "v1/Pod": { judge: pod },
    "v1/Service": {
        related: ({ metadata }) => ({
            path: (namespace) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
            labelSelector: `kubernetes.io/service-name=${metadata?.name}`,
        }),
        judge: service,
    },
    "apiextensions.k8s.io/v1/CustomResourceDefinition": { judge: definition },
};

/** A workload that waits says what its pods say, since that is where the cause is. */
function workload(judge: (object: ApiObject) => Verdict): Readiness {
    return {
        related: ({ spec }) => {
            const selector = (spec as { selector?: V1LabelSelector }).selector?.matchLabels;
            return (
                selector && {
                    path: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
                    labelSelector: labels(selector),
                }
            );
        },
        judge: (object, pods) => {
            const { metadata, status } = object as {
                metadata?: { generation?: number };
                status?: { observedGeneration?: number };
            };
            // Only a Job has no such field.
            const stale = judge !== job && (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0);
            const verdict = stale ? waiting("its controller has not seen this version yet") : judge(object);
            const problems = pods.flatMap((one) => podProblem(one as unknown as V1Pod) ?? []).slice(0, 3);
            return verdict.state === "ready"
                ? ready
                : { ...verdict, message: [verdict.message, ...problems].join("; ") };
        },
    };
}

function deployment(object: ApiObject): Verdict {
    const { spec, status } = object as unknown as V1Deployment;
    const stuck = status?.conditions?.find((one) => one.type === "Progressing" && one.status === "False");
    const refused = status?.conditions?.find((one) => one.type === "ReplicaFailure" && one.status === "True");
    const refusal = refused ? `; pods cannot be made: ${say(refused)}` : "";
    if (stuck) {
        return failed(`the rollout stopped: ${say(stuck)}${refusal}`);
    }
    const wanted = spec?.replicas ?? 1;
    const { updatedReplicas: updated = 0, availableReplicas: available = 0, replicas = 0 } = status ?? {};
    const old = Math.max(0, replicas - updated);
    return updated < wanted || available < wanted || old > 0
        ? waiting(
              `${available} of ${wanted} replicas available, ${updated} updated, ${old} of the old version left${refusal}`,
          )
        : ready;
}

function statefulSet(object: ApiObject): Verdict {
    const { spec, status } = object as unknown as V1StatefulSet;
    const { replicas: wanted = 1, updateStrategy: { type, rollingUpdate } = {} } = spec ?? {};
    const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status ?? {};
    const rolls = type !== "OnDelete" && !rollingUpdate?.partition;
    const old = rolls && (updatedReplicas < wanted || currentRevision !== updateRevision);
    return readyReplicas < wanted || old
        ? waiting(`${readyReplicas} of ${wanted} replicas ready, ${updatedReplicas} updated`)
        : ready;
}

function daemonSet(object: ApiObject): Verdict {
    const { spec, status } = object as unknown as V1DaemonSet;
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
    const updated = spec?.updateStrategy?.type === "OnDelete" ? wanted : updatedNumberScheduled;
    return Math.min(updated, numberAvailable) < wanted
        ? waiting(`${numberAvailable} of ${wanted} pods available, ${updated} updated`)
        : ready;
}

function job(object: ApiObject): Verdict {
    const { spec, status } = object as unknown as V1Job;
    const lost = status?.conditions?.find((one) => one.type === "Failed" && one.status === "True");
    const complete = status?.conditions?.some((one) => one.type === "Complete" && one.status === "True");
    if (lost) {
        return failed(`the Job failed: ${say(lost)}`);
    }
    return complete || spec?.suspend
        ? ready
        : waiting(`${status?.succeeded ?? 0} of ${spec?.completions ?? 1} completions, ${status?.active ?? 0} running`);
}

function pod(object: ApiObject): Verdict {
    const one = object as unknown as V1Pod;
    const problem = podProblem(one) ?? `phase ${one.status?.phase ?? "unset"}`;
    return isReady(one) ? ready : one.status?.phase === "Failed" ? failed(problem) : waiting(problem);
}

function service(object: ApiObject, slices: readonly ApiObject[]): Verdict {
    const { type, clusterIP, selector } = (object as unknown as V1Service).spec ?? {};
    const balanced = type === "LoadBalancer" ? loadBalancer(object) : ready;
    if (balanced !== ready || type === "ExternalName" || clusterIP === "None" || !selector) {
        return balanced;
    }
    const endpoints = (slices as unknown as V1EndpointSlice[]).flatMap((slice) => slice.endpoints ?? []);
    return endpoints.some(({ conditions }) => conditions?.ready !== false)
        ? ready
        : waiting(`no ready endpoint: no ready pod has the labels ${labels(selector)}`);
}

function loadBalancer({ status }: ApiObject): Verdict {
    const { loadBalancer: balancer } = (status ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
    return balancer?.ingress?.length ? ready : waiting("no load balancer address yet");
}

function definition({ status }: ApiObject): Verdict {
    // The API server writes null where a definition has no condition yet.
    const conditions = (status as { conditions?: Condition[] | null } | undefined)?.conditions ?? [];
    const refused = conditions.find((one) => one.type === "NamesAccepted" && one.status === "False");
    const established = conditions.some((one) => one.type === "Established" && one.status === "True");
    return refused
        ? failed(`its names are refused: ${say(refused)}`)
        : established
          ? ready
          : waiting("not established yet");
}

export const isReady = ({ status }: V1Pod): boolean =>
    status?.phase === "Succeeded" ||
    status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;

/** Why a pod is not ready, in the words of the kubelet or the scheduler; undefined while all is well. */
export function podProblem({ metadata, status }: V1Pod): string | undefined {
    const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const [stuck] = containers.flatMap((one) => containerProblem(one) ?? []);
    const unscheduled = status?.conditions?.find((one) => one.type === "PodScheduled" && one.status === "False");
    const evicted = status?.phase === "Failed" ? status : undefined;
    const problem = stuck ?? ((unscheduled ?? evicted) && say(unscheduled ?? evicted ?? {}));
    return problem && `pod ${metadata?.name}: ${problem}`;
}

function containerProblem({ name, state, lastState, restartCount }: V1ContainerStatus): string | undefined {
    const held = state?.waiting;
    const died = state?.terminated ?? (held?.reason === "CrashLoopBackOff" ? lastState?.terminated : undefined);
    if (died && died.exitCode !== 0) {
        return `container ${name} exited with ${died.exitCode} (${say(died)}), restarts: ${restartCount}`;
    }
    return held && !/^(ContainerCreating|PodInitializing|)$/.test(held.reason ?? "")
        ? `container ${name}: ${say(held)}`
        : undefined;
}

const labels = (map: Readonly<Record<string, string>>): string =>
    Object.entries(map)
        .map((pair) => pair.join("="))
        .join(",");

const say = ({ reason, message }: Condition): string =>
    [reason, message].filter(Boolean).join(": ") || "no reason given";
