import { type ChartValues } from "../../chart-values.ts";
import { type AirflowImage, airflowUser, imageReference, pullSecrets } from "../airflow-image.ts";
import { type ContainerSize, resources } from "../airflow-sizes.ts";
import { bundleAccess, bundleList, type DagBundle } from "../dags/dag-bundles.ts";
import { type LookupBackend, taskLookup } from "../secrets-backend/secrets-backend.ts";
import { chart, clusterHost, secrets, taskLogs } from "../names.ts";
import { remoteLogsEnvironment } from "../logs/remote-logs.ts";
import { type AirflowConfig, configEnvironment, configOfTasks } from "../settings/airflow-config.ts";
import { eachOnce, secretEnvironment } from "../settings/common-settings.ts";
import { additionParts, noAdditions, type TaskAdditions } from "./task-additions.ts";

/** Which nodes tasks run on, as fields of a pod's specification. */
export interface TaskPlacement {
    /** Labels that a node must have. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Tolerations of the taints that keep other pods away from it. */
    readonly tolerations: readonly Readonly<Record<string, string>>[];
}

/** What the pod template is made from. */
export interface TaskPod {
    readonly image: AirflowImage;
    readonly size: ContainerSize;
    /** All DAG bundles: the task fetches its own bundle itself. Empty where a team's part of the pod names its own. */
    readonly dagBundles: readonly DagBundle[];
    /** Whether it writes its log to the volume with the logs of all tasks. */
    readonly logVolume: boolean;
    /** Where its log is uploaded when it ends. Defaults to nowhere. */
    readonly logFolder?: string | undefined;
    /** Where it looks up connections before it asks the API server. Defaults to nowhere. */
    readonly lookup?: LookupBackend<string> | undefined;
    /** Where it runs. Defaults to any node without a taint. */
    readonly placement?: TaskPlacement | undefined;
    /** What a stack asks of airflow.cfg, by section. Defaults to nothing. */
    readonly config?: AirflowConfig | undefined;
    /** Variables that it reads from the Secret of its namespace. Defaults to none. */
    readonly secretVariables?: readonly string[] | undefined;
    /** What a stack gives to tasks. Only its resources where a team's part of the pod has the rest. Defaults to nothing. */
    readonly additions?: TaskAdditions | undefined;
}

/**
 * The execution API, where tasks report and ask for connections. Fully qualified, because tasks run in their team's
 * namespace, where the short name that the chart would use does not resolve.
 */
export const executionApiUrl = `http://${clusterHost(chart.apiServerService)}:${chart.apiServerPort}/execution/`;

/** Seconds that a stopped task has to clean up. */
const terminationGraceSeconds = 60;

/** Seconds that its proxy may drain connections. Less than the pod's grace period, or Kubernetes kills both at once. */
const proxyGraceSeconds = 10;

/**
 * Retries for about two minutes while the API server does not answer, long enough for its restart. Airflow's default of
 * five tries ends after ten seconds, and a task that cannot report its success then counts as failed.
 */
const apiRetries = [
    { name: "AIRFLOW__WORKERS__EXECUTION_API_RETRIES", value: "15" },
    { name: "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX", value: "20" },
];

/** What a stack's `config` may change. */
const usual = [...apiRetries, { name: "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG", value: "False" }];

/**
 * The pod that each task runs in. Airflow's chart would give it the database's URL, the Fernet key and the API server's
 * secret key. A task needs none of them, because it uses the execution API, and gets none. It gets the credentials of
 * its DAG bundle's repository, if there are any. The executor sets name, labels, annotations, image and arguments.
 */
export function taskPodTemplate(task: TaskPod): ChartValues {
    const { image, size, dagBundles, logVolume, logFolder, lookup, placement, config = {} } = task;
    const additions = task.additions ?? noAdditions;
    const { env, envFrom, volumes, volumeMounts } = additionParts(additions);
    const { requests, limits } = resources(size);
    const bundles = taskBundles(dagBundles);
    const log = logAccess(logVolume);
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
            ...pullSecrets(image),
            ...(placement === undefined
                ? {}
                : { nodeSelector: placement.nodeSelector, tolerations: placement.tolerations }),
            terminationGracePeriodSeconds: terminationGraceSeconds,
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    // The executor looks for the container with this name.
                    name: "base",
                    image: imageReference(image),
                    imagePullPolicy: image.pullPolicy,
                    ...(envFrom.length === 0 ? {} : { envFrom }),
                    env: eachOnce<{ readonly name: string }>(
                        [
                            { name: "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", value: executionApiUrl },
                            { name: "AIRFLOW__CORE__LOAD_EXAMPLES", value: "False" },
                            ...bundles.env,
                            ...(logFolder === undefined ? [] : remoteLogsEnvironment(logFolder)),
                            ...taskLookup(lookup),
                        ],
                        configEnvironment(configOfTasks(config)),
                        secretEnvironment(secrets.taskEnvironment, task.secretVariables ?? []),
                        env,
                        usual,
                    ),
                    resources: {
                        requests: { ...requests, ...additions.resources.requests },
                        limits: { ...limits, ...additions.resources.limits },
                    },
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [...bundles.volumeMounts, ...log.volumeMounts, ...volumeMounts],
                },
            ],
            volumes: [...bundles.volumes, ...log.volumes, ...volumes],
        },
    };
}

/** Where a task's DAG comes from, with the credentials for it. */
export function taskBundles(dagBundles: readonly DagBundle[]) {
    const { env, volumes, volumeMounts } = bundleAccess(dagBundles);
    const list = { name: "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", value: bundleList(dagBundles) };
    return { env: dagBundles.length === 0 ? [] : [list, ...env], volumes, volumeMounts };
}

/** The volume that keeps the logs of tasks, where there is one. */
export function logAccess(logVolume: boolean) {
    return logVolume
        ? {
              volumeMounts: [{ name: "logs", mountPath: taskLogs.folder }],
              volumes: [{ name: "logs", persistentVolumeClaim: { claimName: taskLogs.claim } }],
          }
        : { volumeMounts: [], volumes: [] };
}
