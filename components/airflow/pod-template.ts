import { type ChartValues } from "../chart-values.ts";
import { airflowImage, airflowUser } from "./airflow-image.ts";
import { chart, clusterHost, taskLogs } from "./names.ts";

/**
 * Where tasks report and ask for connections. Fully qualified, because a team's pods run in the team's own namespace,
 * where the short name that the chart would write does not resolve.
 */
export const executionApiUrl = `http://${clusterHost(chart.apiServerService)}:${chart.apiServerPort}/execution/`;

/** Seconds that a stopped task has to clean up. */
const terminationGraceSeconds = 60;

/** Seconds that its proxy keeps connections open after that: less, or Kubernetes kills both at once. */
const proxyGraceSeconds = 10;

/**
 * The pod that each task runs in. Airflow's chart would give it the database's address, the Fernet key and the API's
 * secret key; a task needs none of them, since it asks the execution API, so here it gets none.
 * The executor sets name, labels, annotations, image and arguments. A task's log stays on the `logVolume` when there is
 * one, and else goes with its pod.
 */
export function taskPodTemplate(version: string, logVolume = false): ChartValues {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "task",
            labels: { tier: "airflow", component: "worker", release: "airflow" },
            annotations: { "config.linkerd.io/shutdown-grace-period": `${proxyGraceSeconds}s` },
        },
        spec: {
            serviceAccountName: chart.workerAccount,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            restartPolicy: "Never",
            terminationGracePeriodSeconds: terminationGraceSeconds,
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    // The name by which the executor finds the container to fill in.
                    name: "base",
                    image: airflowImage(version),
                    imagePullPolicy: "IfNotPresent",
                    env: [
                        { name: "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", value: executionApiUrl },
                        { name: "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG", value: "False" },
                    ],
                    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: logVolume ? [{ name: "logs", mountPath: taskLogs.folder }] : [],
                },
            ],
            volumes: logVolume ? [{ name: "logs", persistentVolumeClaim: { claimName: taskLogs.claim } }] : [],
        },
    };
}
