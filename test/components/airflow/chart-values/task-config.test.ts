import assert from "node:assert/strict";

import { taskConfigEnvironment } from "../../../../components/airflow/chart-values/task-config.ts";

describe("airflow.cfg for tasks", () => {
    it("is a variable for each setting that they read, by Airflow's name for it", () => {
        const config = {
            core: { default_task_retries: 2 },
            "kubernetes.client": { verify_ssl: true },
            email: { from_email: "airflow@example.com", subject: "100%% done" },
        };
        assert.deepEqual(taskConfigEnvironment(config), [
            { name: "AIRFLOW__CORE__DEFAULT_TASK_RETRIES", value: "2" },
            { name: "AIRFLOW__KUBERNETES_CLIENT__VERIFY_SSL", value: "True" },
            { name: "AIRFLOW__EMAIL__FROM_EMAIL", value: "airflow@example.com" },
            // In the file a percent sign begins a reference, in a variable it does not.
            { name: "AIRFLOW__EMAIL__SUBJECT", value: "100% done" },
        ]);
    });

    it("leaves out what only components read", () => {
        assert.deepEqual(taskConfigEnvironment({ scheduler: { job_heartbeat_sec: 5 }, api: { workers: 4 } }), []);
    });
});
