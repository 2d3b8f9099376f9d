import { setTimeout as delay } from "node:timers/promises";

import { CoreV1Api, type Informer, KubeConfig, makeInformer, type V1Pod } from "@kubernetes/client-node";

/** What the API server had of one task's pod from its beginning to its end. */
export interface TaskPod {
    /** As it was when it was last seen. */
    pod: V1Pod;
    readonly phases: Set<string>;
    gone: boolean;
}

/**
 * Every pod that the executor makes in a namespace, followed from now on: the executor deletes a pod as soon as
 * its task has ended, so that looking afterwards would find none.
 */
export class TaskPods {
    readonly #informer: Informer<V1Pod>;
    readonly #byName = new Map<string, TaskPod>();
    #stopped = false;

    private constructor(informer: Informer<V1Pod>) {
        this.#informer = informer;
    }

    static async follow(kubeconfig: string, namespace = "airflow-tasks"): Promise<TaskPods> {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        const core = config.makeApiClient(CoreV1Api);
        const labelSelector = "kubernetes_executor=True";
        const list = () => core.listNamespacedPod({ namespace, labelSelector });
        const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, list, labelSelector);
        const pods = new TaskPods(informer);
        for (const event of ["add", "update", "delete"] as const) {
            informer.on(event, (pod: V1Pod) => {
                pods.#saw(pod, event === "delete");
            });
        }
        informer.on("error", () => void pods.#watchAgain());
        await informer.start();
        return pods;
    }

    /** The pods of a run, in the order of their names. */
    of(dag: string, run: string): TaskPod[] {
        return [...this.#byName.values()]
            .filter(({ pod }) => annotation(pod, "dag_id") === dag && annotation(pod, "run_id") === run)
            .sort((one, other) => ((one.pod.metadata?.name ?? "") < (other.pod.metadata?.name ?? "") ? -1 : 1));
    }

    all(): TaskPod[] {
        return [...this.#byName.values()];
    }

    async stop(): Promise<void> {
        this.#stopped = true;
        await this.#informer.stop();
    }

    /** The watch ends with its connection. A new one begins with a list, and what that meets is an error like this one. */
    async #watchAgain(): Promise<void> {
        await delay(500);
        if (!this.#stopped) {
            await this.#informer.start();
        }
    }

    #saw(pod: V1Pod, gone: boolean): void {
        const name = pod.metadata?.name ?? "";
        const known = this.#byName.get(name) ?? { pod, phases: new Set(), gone };
        known.pod = pod;
        known.gone = gone;
        known.phases.add(pod.status?.phase ?? "");
        this.#byName.set(name, known);
    }
}

/** Written by the executor word for word, where a label may hold a shortened form. */
export function annotation(pod: V1Pod, key: string): string | undefined {
    return pod.metadata?.annotations?.[key];
}
