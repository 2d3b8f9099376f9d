import { type AirflowConfig } from "../../../components/airflow/settings/airflow-config.ts";
import { someOnSpot } from "../../../components/cluster/nodes/karpenter/task-pool.ts";
import { ClusterKind, NodesKind } from "../cluster/cluster-schema.ts";
import { type ParsedConfig } from "../schema.ts";

/** How often a task is tried again whose author does not say, where AWS may reclaim its node. */
export const retriesOnSpot = 2;

/**
 * The options of airflow.cfg, with retries where tasks run on spot nodes. Airflow's default is none, and a reclaimed node
 * would fail the task for good. What the stack sets itself stays.
 */
export function configWithRetries({ cluster, airflow }: Pick<ParsedConfig, "cluster" | "airflow">): AirflowConfig {
    const { config, chartValues } = airflow;
    const said = [config, chartValues.config].some(
        (options) => (options as AirflowConfig | undefined)?.core?.default_task_retries !== undefined,
    );
    return said || !tasksOnSpot(cluster)
        ? config
        : { ...config, core: { ...config.core, default_task_retries: retriesOnSpot } };
}

/** Whether AWS may reclaim the nodes of tasks. Nothing is known of the nodes of a cluster that somebody else made. */
function tasksOnSpot(cluster: ParsedConfig["cluster"]): boolean {
    return (
        cluster.kind === ClusterKind.eks &&
        (cluster.nodes.kind !== NodesKind.karpenter || someOnSpot(cluster.nodes.tasks))
    );
}
