import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { type ChartValues } from "../../../chart-values.ts";

/** The ConfigMap with the executor that waits and explains, and the reader of logs that shows what it says. */
export const startsConfigMap = "airflow-task-starts";

/** Loaded by the scheduler, and by the API server, which asks the executor for the logs of running tasks. */
const executorSources = ["patient_executor.py", "start_reason.py", "waiting_room.py"];

/** Loaded by the API server, which shows people the logs of tasks. */
const logSource = "start_log.py";

/** The files of the ConfigMap. */
export function startsFiles(): Record<string, string> {
    return Object.fromEntries(
        [...executorSources, logSource].map((source) => [
            source,
            readFileSync(new URL(source, import.meta.url), "utf8"),
        ]),
    );
}

/** Where Airflow looks for code that is not its own. */
const plugins = "/opt/airflow/plugins";

/** What Airflow's chart must be told. */
export function startsValues(): ChartValues {
    const version = createHash("sha256").update(JSON.stringify(startsFiles())).digest("hex");
    const mounted = (names: readonly string[]) => ({
        extraVolumes: [{ name: "task-starts", configMap: { name: startsConfigMap } }],
        extraVolumeMounts: names.map((file) => ({
            name: "task-starts",
            mountPath: `${plugins}/${file}`,
            subPath: file,
            readOnly: true,
        })),
        // Whoever runs it reads it at start.
        podAnnotations: { "airflow-linkerd.io/task-starts-sha256": version },
    });
    return {
        executor: "patient_executor.PatientKubernetesExecutor",
        scheduler: mounted(executorSources),
        apiServer: {
            ...mounted([...executorSources, logSource]),
            env: [{ name: "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", value: "start_log.LOGGING_CONFIG" }],
        },
    };
}
