import { createHash } from "node:crypto";

/**
 * The labels of a task's pod by which it is counted: Linkerd's Prometheus makes labels of its series of them, and Airflow's
 * own metrics have tags of the same names. docs/trace.md has the table.
 */
export const taskLabels = { team: "team", dag: "dag_id", task: "task_id" } as const;

/** Stands for a team in a stack that has none: whose tasks there are. No team may be called so. */
export const noTeam = "default";

/**
 * Labels that Airflow needs on a task's pod, and that no series may have: they are others for each run, each try or each
 * start of a scheduler. The pod's name says which series is whose.
 */
export const uncountedLabels = [
    "run_id",
    "try_number",
    "map_index",
    "airflow_worker",
    "airflow_version",
    "kubernetes_executor",
    "airflow_executor_done",
] as const;

/** Kubernetes' limit. */
const maxLength = 63;

/** Hexadecimal digits of the digest that tells apart what was shortened. */
const digestLength = 9;

/**
 * The value of a label for the id of a DAG or task, as Airflow's Kubernetes provider makes it (`make_safe_label_value` in
 * pod_generator.py): the id itself, unless it is too long for a label or has characters that none may have. Then it is cut
 * and ends in a digest of the whole.
 */
export function labelValue(id: string): string {
    const safe = id.replace(/^[^a-z0-9A-Z]*|[^a-zA-Z0-9_\-.]|[^a-z0-9A-Z]*$/g, "");
    if (safe === id && safe.length <= maxLength) {
        return id;
    }
    const digest = createHash("md5").update(id).digest("hex").slice(0, digestLength);
    return `${safe.slice(0, maxLength - digestLength - 1)}-${digest}`;
}
