import assert from "node:assert/strict";

import { bundleList, type DagBundle, DagBundleKind } from "../../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../../components/airflow/dags/git-credentials.ts";
import {
    logAccess,
    taskBundles,
    type TaskPod,
    taskPodTemplate,
} from "../../../../components/airflow/tasks/pod-template.ts";
import { noTeam } from "../../../../components/task-labels.ts";
import { taskPod } from "../airflow-settings.ts";

interface Template {
    metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    spec: {
        automountServiceAccountToken: boolean;
        restartPolicy: string;
        terminationGracePeriodSeconds: number;
        nodeSelector?: unknown;
        tolerations?: unknown;
        containers: {
            name: string;
            image: string;
            resources: unknown;
            env: { name: string; value?: string; valueFrom?: unknown }[];
        }[];
    };
}

const template = pod();

function pod(settings: Partial<TaskPod> = {}): Template {
    return taskPodTemplate({ ...taskPod, ...settings }) as unknown as Template;
}

const labelVariables = ["AIRFLOW_POD_LABEL_TEAM", "AIRFLOW_POD_LABEL_DAG_ID", "AIRFLOW_POD_LABEL_TASK_ID"];

describe("the task pod", () => {
    it("belongs to no team, unless a team's own part says so", () => {
        assert.equal(template.metadata.labels.team, noTeam);
    });

    it("says in its own metrics by which labels the mesh counts it", () => {
        const env = template.spec.containers[0]?.env ?? [];
        const of = (name: string) => env.find((entry) => entry.name === name);
        assert.deepEqual(
            labelVariables.map((name) => of(name)?.valueFrom),
            ["team", "dag_id", "task_id"].map((label) => ({ fieldRef: { fieldPath: `metadata.labels['${label}']` } })),
        );
        assert.equal(
            of("OTEL_RESOURCE_ATTRIBUTES")?.value,
            "team=$(AIRFLOW_POD_LABEL_TEAM),k8s.pod.label.dag_id=$(AIRFLOW_POD_LABEL_DAG_ID)," +
                "k8s.pod.label.task_id=$(AIRFLOW_POD_LABEL_TASK_ID)",
        );
        // Kubernetes fills in what came before.
        const names = env.map(({ name }) => name);
        assert.ok(labelVariables.every((name) => names.indexOf(name) < names.indexOf("OTEL_RESOURCE_ATTRIBUTES")));
    });

    it("is given no database, no key and no secret of any kind", () => {
        const env = template.spec.containers.flatMap((container) => container.env);
        assert.deepEqual(
            env.map(({ name }) => name),
            [
                "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
                "AIRFLOW__CORE__LOAD_EXAMPLES",
                ...labelVariables,
                "OTEL_RESOURCE_ATTRIBUTES",
                "AIRFLOW__WORKERS__EXECUTION_API_RETRIES",
                "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX",
                "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG",
                "AIRFLOW__METRICS__LEGACY_NAMES_ON",
            ],
        );
        // Its own labels, and nothing from elsewhere.
        const others = env.filter(({ name }) => !labelVariables.includes(name));
        assert.ok(others.every(({ valueFrom }) => valueFrom === undefined));
        assert.ok(!("volumes" in template.spec));
        assert.doesNotMatch(JSON.stringify(template), /secret|envFrom|SQL_ALCHEMY|FERNET|JWT/i);
    });

    it("waits longer for an API server that starts anew than Airflow would by itself", () => {
        const value = (name: string) => template.spec.containers[0]?.env.find((entry) => entry.name === name)?.value;
        assert.equal(value("AIRFLOW__WORKERS__EXECUTION_API_RETRIES"), "15");
        assert.equal(value("AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX"), "20");
    });

    it("reads what a stack asks of airflow.cfg, each once, and never in place of what is promised", () => {
        const config = {
            workers: { execution_api_retries: "3" },
            core: { load_examples: "True", default_task_retries: "2" },
        };
        const env = pod({ config }).spec.containers[0]?.env ?? [];
        const values = (name: string) => env.filter((entry) => entry.name === name).map(({ value }) => value);
        assert.deepEqual(values("AIRFLOW__WORKERS__EXECUTION_API_RETRIES"), ["3"]);
        assert.deepEqual(values("AIRFLOW__CORE__DEFAULT_TASK_RETRIES"), ["2"]);
        assert.deepEqual(values("AIRFLOW__CORE__LOAD_EXAMPLES"), ["False"]);
    });

    it("finds the execution API from any namespace", () => {
        assert.equal(
            template.spec.containers[0]?.env[0]?.value,
            "http://airflow-api-server.airflow.svc.cluster.local:8080/execution/",
        );
    });

    it("has its log on a volume, where there is one for it", () => {
        const { volumes, volumeMounts } = logAccess(true);
        assert.deepEqual(volumes, [{ name: "logs", persistentVolumeClaim: { claimName: "airflow-task-logs" } }]);
        assert.deepEqual(volumeMounts, [{ name: "logs", mountPath: "/opt/airflow/logs" }]);
        assert.deepEqual(logAccess(false), { volumes: [], volumeMounts: [] });
    });

    it("has the container that the executor fills in, with the image of the whole platform", () => {
        assert.deepEqual(
            template.spec.containers.map(({ name, image }) => [name, image]),
            [["base", "apache/airflow:3.3.2"]],
        );
    });

    it("runs without a token for the Kubernetes API, and only once, under whose account its team says", () => {
        assert.ok(!("serviceAccountName" in template.spec));
        assert.equal(template.spec.automountServiceAccountToken, false);
        assert.equal(template.spec.restartPolicy, "Never");
    });

    it("lets its proxy end before Kubernetes kills the pod", () => {
        const grace = template.metadata.annotations["config.linkerd.io/shutdown-grace-period"] ?? "";
        assert.match(grace, /^\d+s$/);
        assert.ok(Number.parseInt(grace, 10) < template.spec.terminationGracePeriodSeconds);
    });

    it("holds nothing that the chart would take for a template of its own", () => {
        assert.ok(!JSON.stringify(template, null, 2).includes("{{"));
    });

    it("is as large as the stack says", () => {
        const [container] = pod({ size: { cpu: "2", memory: "3Gi" } }).spec.containers;
        assert.deepEqual(container?.resources, { requests: { cpu: "2", memory: "3Gi" }, limits: { memory: "3Gi" } });
    });

    it("finds its own bundles, with credentials from Secrets, and no way to pass them on", () => {
        const bundles: DagBundle[] = [
            {
                kind: DagBundleKind.git,
                name: "team-a",
                repository: "https://git.example.com/a.git",
                ref: "main",
                refreshSeconds: 60,
                credentials: { kind: GitCredentialsKind.token, user: "reader", token: "hunter2" },
            },
        ];
        const access = taskBundles(bundles);
        assert.deepEqual(access.env, [
            { name: "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", value: bundleList(bundles) },
            {
                name: "AIRFLOW_CONN_DAG_BUNDLE_TEAM_A",
                valueFrom: { secretKeyRef: { name: "airflow-dag-bundle-team-a", key: "connection", optional: true } },
            },
        ]);
        assert.doesNotMatch(JSON.stringify(access), /hunter2/);
    });

    it("runs on the nodes that the stack has for tasks, and on any where it has none", () => {
        const placement = {
            nodeSelector: { "example.com/tasks": "true" },
            tolerations: [{ key: "example.com/tasks", operator: "Exists", effect: "NoSchedule" }],
        };
        const { nodeSelector, tolerations } = pod({ placement }).spec;
        assert.deepEqual({ nodeSelector, tolerations }, placement);
        assert.ok(!("nodeSelector" in template.spec) && !("tolerations" in template.spec));
    });

    it("sends its log where it is told to", () => {
        const [container] = pod({ logFolder: "s3://logs" }).spec.containers;
        const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
        assert.equal(env.AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER, "s3://logs");
        assert.equal(env.AIRFLOW__SECRETS__BACKEND, undefined);
    });
});
