/** One try of a task, or of one instance of a mapped one. */
export interface TracedTask {
    readonly task: string;
    /** -1 for a task that is not mapped. */
    readonly mapIndex: number;
    readonly attempt: number;
    /** Undefined before it has one. */
    readonly pod?: string;
    /** Namespace and account of its pod, as the cluster has them. Undefined for a pod that is gone. */
    readonly runsAs?: string;
    readonly state: string;
    /** When it began and ended, as ISO 8601. */
    readonly from?: string;
    readonly to?: string;
}

/** What the cluster shows of a task besides what Airflow recorded of it. Airflow alone knows of those whose pod is gone. */
export function together(recorded: readonly TracedTask[], live: readonly TracedTask[]): TracedTask[] {
    const key = ({ task, mapIndex, attempt }: TracedTask) => JSON.stringify([task, mapIndex, attempt]);
    const running = new Map(live.map((each) => [key(each), each]));
    const both = recorded.map((each) => {
        const pod = running.get(key(each));
        running.delete(key(each));
        return pod === undefined ? each : { ...pod, ...each, pod: pod.pod, runsAs: pod.runsAs };
    });
    return [...both, ...running.values()];
}
