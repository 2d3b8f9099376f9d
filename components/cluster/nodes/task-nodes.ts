/**
 * What marks the nodes that only tasks run on: a label to ask for, and a taint of the same name and value that keeps
 * everything else away. A task's pod has to select the one and tolerate the other.
 */
export const taskNodes = { key: "airflow-linkerd.io/tasks", value: "true" } as const;

/** What a pod says, in Kubernetes's words, to run on these nodes and nowhere else. */
export const onTaskNodes = {
    nodeSelector: { [taskNodes.key]: taskNodes.value },
    tolerations: [{ key: taskNodes.key, operator: "Equal", value: taskNodes.value, effect: "NoSchedule" }],
} as const;
