/**
 * The label of nodes that only tasks run on, and their taint, which has the same key and value and keeps other pods
 * away. A task's pod selects the label and tolerates the taint.
 */
export const taskNodes = { key: "airflow-linkerd.io/tasks", value: "true" } as const;

/** The fields of a pod's specification that make it run on these nodes and nowhere else. */
export const onTaskNodes = {
    nodeSelector: { [taskNodes.key]: taskNodes.value },
    tolerations: [{ key: taskNodes.key, operator: "Equal", value: taskNodes.value, effect: "NoSchedule" }],
} as const;
