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

/**
 * The same where Karpenter adds and removes the nodes, as it does in Auto Mode. It moves no pod with this annotation to
 * save money or to bring a node up to date, and waits until the task has ended. It cannot keep AWS from reclaiming a spot
 * node, nor a node that has come to the end of its life from ending after its grace period.
 * https://karpenter.sh/docs/concepts/disruption/#pod-level-controls
 */
export const onKarpenterTaskNodes = { ...onTaskNodes, annotations: { "karpenter.sh/do-not-disrupt": "true" } } as const;
