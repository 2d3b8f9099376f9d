import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { TaskStarts } from "../../../../../components/airflow/tasks/starts/task-starts.ts";
import { startsFiles, startsValues } from "../../../../../components/airflow/tasks/starts/task-starts-values.ts";
import { underMocks } from "../../../../support/mocks.ts";

type Part = { extraVolumeMounts: { mountPath: string; subPath: string }[]; podAnnotations: object; env?: object[] };

const values = startsValues() as { executor: string } & Record<string, Part>;
const mounted = (part: string) => values[part]?.extraVolumeMounts.map(({ subPath }) => subPath);

describe("TaskStarts", () => {
    it("delivers its Python as it stands in the repository", async () => {
        const { registered } = await underMocks(
            ["kubernetes:core/v1:ConfigMap"],
            () => new TaskStarts("starts", { namespace: "airflow" }),
        );
        const data = registered.input("starts-files", "data") as Record<string, string>;
        assert.deepEqual(Object.keys(data).sort(), [
            "patient_executor.py",
            "start_log.py",
            "start_reason.py",
            "waiting_room.py",
        ]);
        for (const [file, text] of Object.entries(data)) {
            assert.equal(text, readFileSync(`components/airflow/tasks/starts/${file}`, "utf8"));
        }
    });

    it("names an executor that the chart takes for one of Kubernetes, and puts it where the scheduler looks", () => {
        assert.equal(values.executor, "patient_executor.PatientKubernetesExecutor");
        assert.deepEqual(mounted("scheduler"), ["patient_executor.py", "start_reason.py", "waiting_room.py"]);
        assert.equal(values.scheduler?.env, undefined);
        assert.equal(values.scheduler?.extraVolumeMounts[0]?.mountPath, "/opt/airflow/plugins/patient_executor.py");
    });

    it("has the API server show the reasons in tasks' logs, and nobody else read logs by it", () => {
        assert.deepEqual(mounted("apiServer")?.at(-1), "start_log.py");
        assert.deepEqual(values.apiServer?.env, [
            { name: "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", value: "start_log.LOGGING_CONFIG" },
        ]);
    });

    it("restarts whoever runs it when it changes", () => {
        const [annotations] = ["scheduler"].map((part) => values[part]?.podAnnotations as Record<string, string>);
        assert.match(annotations?.["airflow-linkerd.io/task-starts-sha256"] ?? "", /^[0-9a-f]{64}$/);
        assert.notDeepEqual(startsFiles(), {});
    });
});
