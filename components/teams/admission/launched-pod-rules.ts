import { partComponents, taskAccount } from "../team-names.ts";
import { list, type Rule, text, type Variables } from "./rule.ts";

/**
 * Labels by which Airflow's scheduler knows the pods of tasks. It believes what such a pod says of itself: which task it is
 * of, and whether that has succeeded.
 */
const executorLabels = ["airflow-worker", "kubernetes_executor"];

export function launchedPodVariables(): Variables {
    const labels = (pod: string) => `${pod} != null && has(${pod}.metadata.labels) ? ${pod}.metadata.labels : {}`;
    return {
        task: `request.userInfo.username == "system:serviceaccount:" + request.namespace + ${text(`:${taskAccount}`)}`,
        before: `request.operation == "CREATE" ? {} : (${labels("oldObject")})`,
        after: `request.operation == "DELETE" ? {} : (${labels("object")})`,
    };
}

/** What a task may do with pods where tasks make some: with those, whatever the other rules allow, and not with a task's. */
export const launchedPodRules: readonly Rule[] = [
    {
        allowed: `!variables.task || ${list(executorLabels)}.all(l, !(l in variables.before))`,
        message: text("a task's own pod is Airflow's: tasks change and delete only those that they made"),
    },
    {
        allowed: `!variables.task || ${list(executorLabels)}.all(l, !(l in variables.after))`,
        message: text(`a pod that a task makes has none of the labels ${executorLabels.join(" and ")}`),
    },
    {
        allowed: `!variables.task || !(variables.before[?"component"].orValue("") in ${list(Object.values(partComponents))})`,
        message: text(
            "the team's DAG processor and triggerer are the platform's: tasks change and delete only pods that they made",
        ),
    },
];
