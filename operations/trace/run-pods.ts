import { type V1Pod, type V1PodList } from "@kubernetes/client-node";

import { labelValue, taskLabels } from "../../components/task-labels.ts";
import { startedByAnnotation, startedByUserAnnotation } from "../../components/teams/team-names.ts";
import { apiFailure } from "../cluster/api-failure.ts";
import { type ApiServer } from "../cluster/api-server.ts";
import { type TaskChain } from "../chain/task-chain.ts";
import { type RunStart } from "./run-start.ts";
import { type TracedTask } from "./traced-task.ts";

/** What the cluster has of a run at this moment. */
export interface RunPods {
    /** The chain of the namespace that its pods are in. */
    readonly chain: TaskChain;
    readonly start: RunStart;
    readonly tasks: readonly TracedTask[];
}

/**
 * Looks for the pods of a run in the namespaces that tasks run in. Undefined where there are none.
 *
 * @throws when the pods of one of them cannot be listed.
 */
export async function runPods(
    server: ApiServer,
    chains: readonly TaskChain[],
    dag: string,
    run: string,
): Promise<RunPods | undefined> {
    for (const chain of chains) {
        const pods = (await taskPods(server, chain.namespace, dag)).filter(
            (pod) => note(pod, "dag_id") === dag && note(pod, "run_id") === run && startOf(pod) !== undefined,
        );
        const [first] = pods;
        const start = first && startOf(first);
        if (start !== undefined) {
            return { chain, start, tasks: pods.map(tracedTask) };
        }
    }
    return undefined;
}

async function taskPods(server: ApiServer, namespace: string, dag: string): Promise<V1Pod[]> {
    const labelSelector = `kubernetes_executor=True,${taskLabels.dag}=${labelValue(dag)}`;
    try {
        const text = await server.get(`/api/v1/namespaces/${namespace}/pods`, { labelSelector });
        return (JSON.parse(text) as V1PodList).items;
    } catch (error) {
        throw apiFailure(`list pods in ${namespace}`, error, server, "It takes the right to list pods there.");
    }
}

/** A task that makes pods of its own can write on them what it likes, but not this, which only the scheduler may. */
function startOf(pod: V1Pod): RunStart | undefined {
    const by = note(pod, startedByAnnotation);
    const user = note(pod, startedByUserAnnotation);
    return by === undefined ? undefined : { by, ...(user !== undefined && { user }) };
}

function tracedTask(pod: V1Pod): TracedTask {
    const { metadata, spec, status } = pod;
    const ended = status?.containerStatuses?.find(({ name }) => name === "base")?.state?.terminated?.finishedAt;
    const started = status?.startTime;
    return {
        task: note(pod, "task_id") ?? "",
        mapIndex: Number(note(pod, "map_index") ?? "-1"),
        attempt: Number(note(pod, "try_number") ?? "1"),
        pod: metadata?.name ?? "",
        runsAs: `${metadata?.namespace ?? ""}/${spec?.serviceAccountName ?? ""}`,
        state: status?.phase?.toLowerCase() ?? "unknown",
        // JSON has texts where the client's types have dates.
        ...(started != null && { from: String(started) }),
        ...(ended != null && { to: String(ended) }),
    };
}

function note(pod: V1Pod, key: string): string | undefined {
    return pod.metadata?.annotations?.[key];
}
