import assert from "node:assert/strict";

import { concurrencyConfig, defaultConcurrency } from "../../../components/airflow/concurrency.ts";

describe("Airflow's concurrency", () => {
    it("is said by Airflow's own names, in the sections where Airflow looks", () => {
        const config = concurrencyConfig({
            parallelism: 1,
            maxActiveTasksPerDag: 2,
            maxActiveRunsPerDag: 3,
            workerPodsCreationBatchSize: 4,
            parsingProcesses: 5,
            triggererCapacity: 6,
            databaseConnections: 7,
        });
        assert.deepEqual(config, {
            core: { parallelism: "1", max_active_tasks_per_dag: "2", max_active_runs_per_dag: "3" },
            kubernetes_executor: { worker_pods_creation_batch_size: "4" },
            dag_processor: { parsing_processes: "5" },
            triggerer: { capacity: "6" },
        });
    });

    it("makes more than one pod in each turn, unless a stack wants it", () => {
        assert.ok(defaultConcurrency.workerPodsCreationBatchSize > 1);
    });
});
