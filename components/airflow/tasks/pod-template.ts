import { type ChartValues } from "../../chart-values.ts";
import { airflowImage, airflowUser } from "../airflow-image.ts";
import { type ContainerSize, resources } from "../airflow-sizes.ts";
import { taskConfigEnvironment } from "../chart-values/task-config.ts";
import { bundleAccess, bundleList, type DagBundle } from "../dags/dag-bundles.ts";
import { type LookupBackend, taskLookup } from "../secrets-backend/secrets-backend.ts";
import { chart, clusterHost, taskLogs } from "../names.ts";
import { remoteLogsEnvironment } from "../logs/remote-logs.ts";

/** Which nodes tasks run on, in the words of a pod's specification. */
export interface TaskPlacement {
    /** Labels that a node must have. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Taints that keep other pods away from it. */
    readonly tolerations: readonly Readonly<Record<string, string>>[];
}

/** What the pod of a task depends on. */
export interface TaskPod {
    readonly version: string;
    readonly size: ContainerSize;
    /** Where the task may come from: it fetches its bundle itself. */
    readonly dagBundles: readonly DagBundle[];
    /** Whether it writes its log to the volume that keeps those of all tasks. */
    readonly logVolume: boolean;
    /** Where its log goes when it ends. Defaults to nowhere. */
    readonly logFolder?: string | undefined;
    /** Where it looks for connections before it asks the API server. Defaults to nowhere. */
    readonly lookup?: LookupBackend<string> | undefined;
    /** Where it runs. Defaults to any node without a taint. */
    readonly placement?: TaskPlacement | undefined;
    /** What a stack asks of airflow.cfg, by section. Defaults to nothing. */
    readonly config?: ChartValues | undefined;
}

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
 * How long a task waits for an API server that does not answer: about two minutes, which is a restart. Airflow's own five
 * tries are over after ten seconds, and a task that then has its end to report has failed.
 */
const patience = [
    { name: "AIRFLOW__WORKERS__EXECUTION_API_RETRIES", value: "15" },
    { name: "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX", value: "20" },
];

/** What a stack's `config` may change. */
const usual = [...patience, { name: "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG", value: "False" }];

/**
 * The pod that each task runs in. Airflow's chart would give it the database's address, the Fernet key and the API's
 * secret key; a task needs none of them, since it asks the execution API, so here it gets none. What it does get are the
 * credentials of its repository, where that has any.
 * The executor sets name, labels, annotations, image and arguments.
 */
export function taskPodTemplate(task: TaskPod): ChartValues {
    const { version, size, dagBundles, logVolume, logFolder, lookup, placement, config = {} } = task;
    const access = bundleAccess(dagBundles);
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
            ...(placement === undefined
                ? {}
                : { nodeSelector: placement.nodeSelector, tolerations: placement.tolerations }),
            terminationGracePeriodSeconds: terminationGraceSeconds,
            securityContext: { ...airflowUser, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    // The name by which the executor finds the container to fill in.
                    name: "base",
                    image: airflowImage(version),
                    imagePullPolicy: "IfNotPresent",
                    env: eachOnce(
                        [
                            { name: "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", value: executionApiUrl },
                            { name: "AIRFLOW__CORE__LOAD_EXAMPLES", value: "False" },
                            { name: "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", value: bundleList(dagBundles) },
                            ...access.env,
                            ...(logFolder === undefined ? [] : remoteLogsEnvironment(logFolder)),
                            ...taskLookup(lookup),
                        ],
                        taskConfigEnvironment(config),
                        usual,
                    ),
                    resources: resources(size),
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [...access.volumeMounts, ...log.volumeMounts],
                },
            ],
            volumes: [...access.volumes, ...log.volumes],
        },
    };
}

/** Each variable once, as the first list has it that has it. */
function eachOnce<Variable extends { readonly name: string }>(...lists: readonly (readonly Variable[])[]): Variable[] {
    const names = new Set<string>();
    return lists.flat().filter(({ name }) => !names.has(name) && names.add(name));
}

function logAccess(logVolume: boolean) {
    return logVolume
        ? {
              volumeMounts: [{ name: "logs", mountPath: taskLogs.folder }],
              volumes: [{ name: "logs", persistentVolumeClaim: { claimName: taskLogs.claim } }],
          }
        : { volumeMounts: [], volumes: [] };
}
