import { type ChartValues } from "../chart-values.ts";

/** How much Airflow does at once, by Airflow's own names. */
export interface Concurrency {
    /** Tasks that run at once, for each scheduler: `[core] parallelism`. */
    readonly parallelism: number;
    /** Tasks of one run of a DAG that run at once, unless the DAG says otherwise: `[core] max_active_tasks_per_dag`. */
    readonly maxActiveTasksPerDag: number;
    /** Runs of one DAG that run at once, unless the DAG says otherwise: `[core] max_active_runs_per_dag`. */
    readonly maxActiveRunsPerDag: number;
    /** Task pods that a scheduler makes in one turn: `[kubernetes_executor] worker_pods_creation_batch_size`. */
    readonly workerPodsCreationBatchSize: number;
    /** Files that a DAG processor reads at once, each in a process of its own: `[dag_processor] parsing_processes`. */
    readonly parsingProcesses: number;
    /** Triggers that a triggerer watches at once: `[triggerer] capacity`. */
    readonly triggererCapacity: number;
    /** Connections that all PgBouncers together keep to the database server. PostgreSQL allows 100 unless told otherwise. */
    readonly databaseConnections: number;
}

/** Airflow's own defaults, but for two. */
export const defaultConcurrency: Concurrency = {
    parallelism: 32,
    maxActiveTasksPerDag: 16,
    maxActiveRunsPerDag: 16,
    // Airflow's is 1, and itself it asks for more: with one pod in each turn, thirty tasks start half a minute apart.
    workerPodsCreationBatchSize: 16,
    parsingProcesses: 2,
    triggererCapacity: 1000,
    // Leaves more than half of PostgreSQL's 100 to migrations, backups and people.
    databaseConnections: 40,
};

/** The same as `airflow.cfg` says it. */
export function concurrencyConfig(concurrency: Concurrency): ChartValues {
    return {
        core: {
            parallelism: `${concurrency.parallelism}`,
            max_active_tasks_per_dag: `${concurrency.maxActiveTasksPerDag}`,
            max_active_runs_per_dag: `${concurrency.maxActiveRunsPerDag}`,
        },
        kubernetes_executor: { worker_pods_creation_batch_size: `${concurrency.workerPodsCreationBatchSize}` },
        dag_processor: { parsing_processes: `${concurrency.parsingProcesses}` },
        triggerer: { capacity: `${concurrency.triggererCapacity}` },
    };
}
