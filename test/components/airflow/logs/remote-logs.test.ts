import assert from "node:assert/strict";

import { remoteLogsConfig, remoteLogsEnvironment } from "../../../../components/airflow/logs/remote-logs.ts";

describe("remote logs", () => {
    it("are asked for with the pod's own identity, and leave nothing on its disk", () => {
        assert.deepEqual(remoteLogsConfig("s3://logs/airflow"), {
            logging: {
                remote_logging: "True",
                remote_base_log_folder: "s3://logs/airflow",
                remote_log_conn_id: "",
                delete_local_logs: "True",
            },
        });
    });

    it("are the same for a task as for the API server that shows them", () => {
        assert.deepEqual(remoteLogsEnvironment("s3://logs/airflow"), [
            { name: "AIRFLOW__LOGGING__REMOTE_LOGGING", value: "True" },
            { name: "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER", value: "s3://logs/airflow" },
            { name: "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID", value: "" },
            { name: "AIRFLOW__LOGGING__DELETE_LOCAL_LOGS", value: "True" },
        ]);
    });

    it("may have a percent sign in their folder, which airflow.cfg wants twice and the environment once", () => {
        const { logging } = remoteLogsConfig("s3://logs/100%") as { logging: Record<string, string> };
        assert.equal(logging.remote_base_log_folder, "s3://logs/100%%");
        assert.equal(remoteLogsEnvironment("s3://logs/100%")[1]?.value, "s3://logs/100%");
    });
});
