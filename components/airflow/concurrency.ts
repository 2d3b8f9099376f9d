import { type ChartValues } from "../chart-values.ts";

/** How much Airflow does at once, under the names of Airflow's own settings. */
export interface Concurrency {
    /** Tasks that run at once, for each scheduler: `[core] parallelism`. */
    readonly parallelism: number;
    /** Tasks of one run of a DAG that run at once, unless the DAG says otherwise: `[core] max_active_tasks_per_dag`. */
    readonly maxActiveTasksPerDag: number;
    /** Runs of one DAG that run at once, unless the DAG says otherwise: `[core] max_active_runs_per_dag`. */
    readonly maxActiveRunsPerDag: number;
    /** Task pods that a scheduler creates per loop: `[kubernetes_executor] worker_pods_creation_batch_size`. */
    readonly workerPodsCreationBatchSize: number;
    /**
     * Minutes that a task may wait for room in a quota, and then as long again for a node and its image. After that this
     * try has failed, with the reason, and Airflow retries as the task says.
     */
    readonly taskStartMinutes: number;
    /** Files that a DAG processor parses at once, each in its own process: `[dag_processor] parsing_processes`. */
    readonly parsingProcesses: number;
    /** Triggers that a triggerer runs at once: `[triggerer] capacity`. */
    readonly triggererCapacity: number;
    /** Connections that all PgBouncers together keep to the database server. PostgreSQL's default limit is 100. */
    readonly databaseConnections: number;
}

/** Airflow's own defaults, except for those with a comment. */
export const defaultConcurrency: Concurrency = {
    parallelism: 32,
    maxActiveTasksPerDag: 16,
    maxActiveRunsPerDag: 16,
    // Airflow's default is 1, and its documentation recommends more: with one pod per loop, thirty tasks take half a
    // minute to start.
    workerPodsCreationBatchSize: 16,
    // Airflow's executor waits for nothing: a full quota fails a task in a second.
    taskStartMinutes: 10,
    parsingProcesses: 2,
    triggererCapacity: 1000,
    // Leaves more than half of PostgreSQL's 100 connections for migrations, backups and people.
    databaseConnections: 40,
};

/** The same as sections of `airflow.cfg`. */
export function concurrencyConfig(concurrency: Concurrency): ChartValues {
    return {
        core: {
            parallelism: `${concurrency.parallelism}`,
            max_active_tasks_per_dag: `${concurrency.maxActiveTasksPerDag}`,
            max_active_runs_per_dag: `${concurrency.maxActiveRunsPerDag}`,
        },
        task_starts: { minutes: `${concurrency.taskStartMinutes}` },
        // Later than the executor gives up: Airflow itself takes the task back without a reason, and fails it without
        // the retries that it has left.
        scheduler: { task_queued_timeout: `${60 * (2 * concurrency.taskStartMinutes + 5)}` },
        kubernetes_executor: { worker_pods_creation_batch_size: `${concurrency.workerPodsCreationBatchSize}` },
        dag_processor: { parsing_processes: `${concurrency.parsingProcesses}` },
        triggerer: { capacity: `${concurrency.triggererCapacity}` },
    };
}
