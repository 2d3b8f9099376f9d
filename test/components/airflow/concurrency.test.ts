import assert from "node:assert/strict";

import { concurrencyConfig, defaultConcurrency } from "../../../components/airflow/concurrency.ts";

describe("Airflow's concurrency", () => {
    it("is said by Airflow's own names, in the sections where Airflow looks", () => {
        const config = concurrencyConfig({
            parallelism: 1,
            maxActiveTasksPerDag: 2,
            maxActiveRunsPerDag: 3,
            workerPodsCreationBatchSize: 4,
            taskStartMinutes: 8,
            parsingProcesses: 5,
            triggererCapacity: 6,
            databaseConnections: 7,
        });
        assert.deepEqual(config, {
            core: { parallelism: "1", max_active_tasks_per_dag: "2", max_active_runs_per_dag: "3" },
            kubernetes_executor: { worker_pods_creation_batch_size: "4" },
            task_starts: { minutes: "8" },
            // Airflow itself gives up only after the executor has: twice 8 minutes, and 5.
            scheduler: { task_queued_timeout: "1260" },
            dag_processor: { parsing_processes: "5" },
            triggerer: { capacity: "6" },
        });
    });

    it("makes more than one pod in each turn, unless a stack wants it", () => {
        assert.ok(defaultConcurrency.workerPodsCreationBatchSize > 1);
    });
});
