import assert from "node:assert/strict";

import {
    configEnvironment,
    configForChart,
    configOfChart,
    configOfTasks,
    verbatim,
} from "../../../../components/airflow/settings/airflow-config.ts";

describe("options of airflow.cfg", () => {
    it("are variables by Airflow's names for them, where there is no file", () => {
        const config = {
            core: { default_task_retries: 2 },
            "kubernetes.client": { verify_ssl: true },
            email: { from_email: "airflow@example.com", subject: "100% done, {{ dag.dag_id }}" },
        };
        assert.deepEqual(configEnvironment(config), [
            { name: "AIRFLOW__CORE__DEFAULT_TASK_RETRIES", value: "2" },
            { name: "AIRFLOW__KUBERNETES_CLIENT__VERIFY_SSL", value: "True" },
            { name: "AIRFLOW__EMAIL__FROM_EMAIL", value: "airflow@example.com" },
            { name: "AIRFLOW__EMAIL__SUBJECT", value: "100% done, {{ dag.dag_id }}" },
        ]);
    });

    it("keep percent signs and braces through the file and the chart's templates", () => {
        const config = { email: { subject: "100% {{ dag.dag_id }}" }, core: { parallelism: 7, load_examples: false } };
        assert.deepEqual(configForChart(config), {
            email: { subject: '100%% {{ "{{" }} dag.dag_id }}' },
            core: { parallelism: "7", load_examples: "False" },
        });
        assert.equal(verbatim("no braces"), "no braces");
    });

    it("are read from the chart's own values as the file would say them", () => {
        assert.deepEqual(configOfChart({ email: { subject: "100%% done" }, smtp: { smtp_ssl: true } }), {
            email: { subject: "100% done" },
            smtp: { smtp_ssl: "True" },
        });
    });

    it("go to tasks without those that only components read", () => {
        const config = {
            scheduler: { job_heartbeat_sec: 5 },
            api: { workers: 4 },
            secrets: { backend: "a.Backend" },
            core: { default_task_retries: 1 },
        };
        assert.deepEqual(configOfTasks(config), { core: { default_task_retries: 1 } });
    });
});
