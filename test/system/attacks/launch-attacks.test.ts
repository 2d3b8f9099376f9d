import { type Attack } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { type Gate, gateOf, launching, podBy, scheduler, taskOf } from "./gate-cluster.ts";
import { taskPod, token } from "./task-pod.ts";

const launched = podBy(taskOf(launching));

/** A change of a task's pod, as Airflow's scheduler made it, by another task of the team. */
function touching(name: string, says: RegExp, ...args: string[]): Attack<Gate> {
    return {
        name,
        says,
        attempt: ({ at: { cluster }, namespace }) => {
            const pod = taskPod(namespace, ({ metadata }) => {
                metadata.name = `task-${name.replaceAll(" ", "-")}`;
                metadata.labels.kubernetes_executor = "True";
            });
            const made = cluster.kubectl(["create", "--as", scheduler, "-f", "-"], pod);
            if (!made.ok) {
                throw new Error(made.said);
            }
            const [verb = "", ...rest] = args;
            const asTask = ["-n", namespace, "--as", taskOf(launching)];
            const { ok, said } = cluster.kubectl([verb, "pod", pod.metadata.name, ...rest, ...asTask]);
            return ok ? undefined : said;
        },
    };
}

const pretends = /a pod that a task makes has none of the labels airflow-worker and kubernetes_executor/;
const touches = /a task's own pod is Airflow's: tasks change and delete only those that they made/;

const attacks: readonly Attack<Gate>[] = [
    launched(
        "a pod that could make more",
        ({ spec }) => (spec.automountServiceAccountToken = true),
        /a pod has no token for the Kubernetes API/,
    ),
    launched(
        "such a token under the name that Kubernetes gives it",
        ({ spec }) => spec.volumes.push({ ...token(), name: "kube-api-access-x" }),
        /tokens in volumes are for/,
    ),
    launched(
        "a pod whose word the scheduler takes for a task's",
        ({ metadata }) => (metadata.labels["airflow-worker"] = "7"),
        pretends,
    ),
    launched(
        "a pod that a scheduler adopts",
        ({ metadata }) => (metadata.labels.kubernetes_executor = "True"),
        pretends,
    ),
    touching("another dag", touches, "annotate", "dag_id=other"),
    touching("no executor", touches, "label", "kubernetes_executor-"),
    touching("the end of a task", touches, "delete", "--wait=false"),
];

describe("The pods that tasks make", function () {
    this.timeout("10m");

    refusesAttacks("a task that may make pods", gateOf(launching), attacks);
});
