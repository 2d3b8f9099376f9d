import assert from "node:assert/strict";

import { defaultSizes } from "../../components/airflow/airflow-sizes.ts";
import { defaultDagBundles } from "../../components/airflow/dag-bundles.ts";
import { type TaskPod, taskPodTemplate } from "../../components/airflow/pod-template.ts";

interface Template {
    metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    spec: {
        serviceAccountName: string;
        automountServiceAccountToken: boolean;
        restartPolicy: string;
        terminationGracePeriodSeconds: number;
        volumes: unknown[];
        containers: {
            name: string;
            image: string;
            env: { name: string; value?: string; valueFrom?: unknown }[];
            volumeMounts: unknown[];
        }[];
    };
}

const template = pod();

function pod(settings: Partial<TaskPod> = {}): Template {
    const defaults = { version: "3.3.2", size: defaultSizes.task, dagBundles: defaultDagBundles };
    return taskPodTemplate({ ...defaults, ...settings }) as unknown as Template;
}

describe("the task pod", () => {
    it("is given no database, no key and no secret of any kind", () => {
        const env = template.spec.containers.flatMap((container) => container.env);
        assert.deepEqual(
            env.map(({ name }) => name),
            ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG"],
        );
        assert.ok(env.every(({ valueFrom }) => valueFrom === undefined));
        assert.deepEqual(template.spec.volumes, []);
        assert.doesNotMatch(JSON.stringify(template), /secret|envFrom|SQL_ALCHEMY|FERNET|JWT/i);
    });

    it("finds the execution API from any namespace", () => {
        assert.equal(
            template.spec.containers[0]?.env[0]?.value,
            "http://airflow-api-server.airflow.svc.cluster.local:8080/execution/",
        );
    });

    it("has only its log on a volume, where there is one for it", () => {
        const { spec } = pod({ logVolume: true });
        assert.deepEqual(spec.volumes, [{ name: "logs", persistentVolumeClaim: { claimName: "airflow-task-logs" } }]);
        assert.deepEqual(spec.containers[0]?.volumeMounts, [{ name: "logs", mountPath: "/opt/airflow/logs" }]);
        assert.deepEqual(template.spec.containers[0]?.volumeMounts, []);
    });

    it("has the container that the executor fills in, with the image of the whole platform", () => {
        assert.deepEqual(
            template.spec.containers.map(({ name, image }) => [name, image]),
            [["base", "apache/airflow:3.3.2"]],
        );
    });

    it("runs under the workers' account, without a token for the Kubernetes API, and only once", () => {
        assert.equal(template.spec.serviceAccountName, "airflow-worker");
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
});
