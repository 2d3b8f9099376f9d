import { noTeam } from "../task-labels.ts";

/** Begins what the platform itself writes on objects, which nobody else may. */
export const platformPrefix = "airflow-linkerd.io/";

/** On a task's pod: what started its run, such as `person` or `schedule`. run_trigger.py writes it. */
export const startedByAnnotation = `${platformPrefix}started-by`;

/** On a task's pod: the name that Airflow knows the one by who started its run, where it was somebody. */
export const startedByUserAnnotation = `${platformPrefix}started-by-user`;

/** What a team's namespace is known by, to policies, metrics and people. Only the platform may change namespaces. */
export const teamLabel = "airflow-linkerd.io/team";

/** On the namespace: whom an author asks, in words for people. */
export const ownersAnnotation = "airflow-linkerd.io/owners";

/** On the namespace: the images that the team's tasks may run, separated by commas. */
export const imagesAnnotation = "airflow-linkerd.io/images";

/** On the namespace: `true` where the team's tasks may make pods of their own (KubernetesPodOperator). */
export const launchPodsLabel = "airflow-linkerd.io/launch-pods";

/** The one account that a team's tasks run as. The same in every team: the namespace tells them apart. */
export const taskAccount = "airflow-task";

/** A team's own DAG processor and triggerer, and the accounts that nothing else in its namespace runs as. */
export const dagProcessorName = "airflow-dag-processor";
export const triggererName = "airflow-triggerer";

/** By account: what its pods are, as their label `component` says, by which network policies know them. */
export const partComponents = { [dagProcessorName]: "dag-processor", [triggererName]: "triggerer" } as const;
/** Where the tasks of a stack without teams run. */
const tasksNamespace = "airflow-tasks";

/** Namespace of a team, or of `noTeam`. Kubernetes allows 63 characters, of which the prefix takes 5. */
export function teamNamespace(team: string): string {
    return team === noTeam ? tasksNamespace : `team-${team}`;
}
