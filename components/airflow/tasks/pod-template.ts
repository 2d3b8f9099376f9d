import { type ChartValues } from "../../chart-values.ts";
import { noTeam, taskLabels } from "../../task-labels.ts";
import { type AirflowImage, airflowUser, imageReference, pullSecrets } from "../airflow-image.ts";
import { type ContainerSize, resources } from "../airflow-sizes.ts";
import { bundleAccess, bundleList, type DagBundle } from "../dags/dag-bundles.ts";
import { chart, clusterHost, secrets, taskLogs } from "../names.ts";
import { remoteLogsEnvironment } from "../logs/remote-logs.ts";
import { type AirflowConfig, configVariable, configEnvironment, configOfTasks } from "../settings/airflow-config.ts";
import { eachOnce, secretEnvironment } from "../settings/common-settings.ts";
import { type TaskAdditions } from "./task-additions.ts";

/** Which nodes tasks run on, as fields of a pod's specification. */
export interface TaskPlacement {
    /** Labels that a node must have. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Tolerations of the taints that keep other pods away from it. */
    readonly tolerations: readonly Readonly<Record<string, string>>[];
    /** Annotations of the pod that whoever adds and removes nodes reads. Defaults to none. */
    readonly annotations?: Readonly<Record<string, string>>;
}

/** What the pod template is made from. */
export interface TaskPod {
    readonly image: AirflowImage;
    readonly size: ContainerSize;
    /** Where its log is uploaded when it ends. Defaults to nowhere. */
    readonly logFolder?: string | undefined;
    /** Where it runs. Defaults to any node without a taint. */
    readonly placement?: TaskPlacement | undefined;
    /** What a stack asks of airflow.cfg, by section. Defaults to nothing. */
    readonly config?: AirflowConfig | undefined;
    /** Variables that it reads from the Secret of its namespace. Defaults to none. */
    readonly secretVariables?: readonly string[] | undefined;
    /** What it asks for and may take besides what `size` says. Defaults to nothing. */
    readonly moreResources?: TaskAdditions["resources"] | undefined;
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
const usual = [
    ...apiRetries,
    { name: "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG", value: "False" },
    { name: configVariable("metrics", "legacy_names_on"), value: "False" },
];

/**
 * What a task's own metrics say of it besides Airflow's tags: its team, and the labels of its pod by the names that
 * OpenTelemetry has for them. Read from the pod, so that they are what the mesh counts by.
 */
const countedAs = [
    ...Object.values(taskLabels).map((label) => ({
        name: labelVariable(label),
        valueFrom: { fieldRef: { fieldPath: `metadata.labels['${label}']` } },
    })),
    {
        name: "OTEL_RESOURCE_ATTRIBUTES",
        value: Object.values(taskLabels)
            .map(
                (label) => `${label === taskLabels.team ? label : `k8s.pod.label.${label}`}=$(${labelVariable(label)})`,
            )
            .join(","),
    },
];

function labelVariable(label: string): string {
    return `AIRFLOW_POD_LABEL_${label.toUpperCase()}`;
}

/**
 * What the pods of all tasks have in common. Airflow's chart would give them the database's URL, the Fernet key and the
 * API server's secret key. A task needs none of them, because it uses the execution API, and gets none. The executor adds
 * what its team's pods have, such as the account and the DAG bundle, and sets name, labels, annotations and arguments.
 */
export function taskPodTemplate(task: TaskPod): ChartValues {
    const { image, size, moreResources, logFolder, placement, config = {} } = task;
    const { requests, limits } = resources(size);
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "task",
            // A team's own part of the pod says which team.
            labels: { tier: "airflow", component: "worker", release: "airflow", [taskLabels.team]: noTeam },
            annotations: {
                "config.linkerd.io/shutdown-grace-period": `${proxyGraceSeconds}s`,
                ...placement?.annotations,
            },
        },
        spec: {
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
                    env: eachOnce<{ readonly name: string }>(
                        [
                            { name: "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", value: executionApiUrl },
                            { name: "AIRFLOW__CORE__LOAD_EXAMPLES", value: "False" },
                            ...countedAs,
                            ...(logFolder === undefined ? [] : remoteLogsEnvironment(logFolder)),
                        ],
                        configEnvironment(configOfTasks(config)),
                        secretEnvironment(secrets.taskEnvironment, task.secretVariables ?? []),
                        usual,
                    ),
                    resources: {
                        requests: { ...requests, ...moreResources?.requests },
                        limits: { ...limits, ...moreResources?.limits },
                    },
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                },
            ],
        },
    };
}

/** Where a task's DAG comes from, with the credentials for it. */
export function taskBundles(dagBundles: readonly DagBundle[]) {
    const { env, volumes, volumeMounts } = bundleAccess(dagBundles);
    const list = { name: "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", value: bundleList(dagBundles) };
    return { env: [list, ...env], volumes, volumeMounts };
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
