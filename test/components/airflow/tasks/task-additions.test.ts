import assert from "node:assert/strict";

import { officialImage } from "../../../../components/airflow/airflow-image.ts";
import { taskPodTemplate } from "../../../../components/airflow/tasks/pod-template.ts";
import { additionParts, TaskVolumeKind } from "../../../../components/airflow/tasks/task-additions.ts";
import { taskPod } from "../airflow-settings.ts";

const additions = {
    env: { TZ: "Europe/Berlin" },
    envFrom: { secrets: ["warehouse"], configMaps: ["endpoints"] },
    volumes: [
        { kind: TaskVolumeKind.secret, name: "certificates", path: "/etc/warehouse" },
        { kind: TaskVolumeKind.configMap, name: "queries", path: "/etc/queries" },
        { kind: TaskVolumeKind.claim, name: "models", path: "/mnt/models", readOnly: false },
        { kind: TaskVolumeKind.emptyDir, size: "1Gi", path: "/mnt/scratch" },
    ],
    resources: { requests: { "ephemeral-storage": "2Gi" }, limits: { "ephemeral-storage": "4Gi" } },
} as const;

interface Pod {
    spec: {
        imagePullSecrets?: unknown;
        containers: Record<"image" | "env" | "resources", unknown>[];
    };
}

function pod(settings: object): Pod {
    return taskPodTemplate({ ...taskPod, ...settings }) as unknown as Pod;
}

describe("what a stack gives to tasks", () => {
    it("is variables, Secrets, ConfigMaps and folders in a pod's own words, read-only unless asked", () => {
        assert.deepEqual(additionParts(additions), {
            env: [{ name: "TZ", value: "Europe/Berlin" }],
            envFrom: [{ configMapRef: { name: "endpoints" } }, { secretRef: { name: "warehouse" } }],
            volumes: [
                { name: "stack-0", secret: { secretName: "certificates" } },
                { name: "stack-1", configMap: { name: "queries" } },
                { name: "stack-2", persistentVolumeClaim: { claimName: "models" } },
                { name: "stack-3", emptyDir: { sizeLimit: "1Gi" } },
            ],
            volumeMounts: [
                { name: "stack-0", mountPath: "/etc/warehouse", readOnly: true },
                { name: "stack-1", mountPath: "/etc/queries", readOnly: true },
                { name: "stack-2", mountPath: "/mnt/models" },
                { name: "stack-3", mountPath: "/mnt/scratch" },
            ],
        });
    });

    it("is asked for by the pod of every task, as far as it is an amount", () => {
        const { spec } = pod({ moreResources: additions.resources });
        assert.deepEqual(spec.containers[0]?.resources, {
            requests: { cpu: "100m", memory: "256Mi", "ephemeral-storage": "2Gi" },
            limits: { memory: "1Gi", "ephemeral-storage": "4Gi" },
        });
    });

    it("never takes the place of what is promised", () => {
        const { env } = pod({
            secretVariables: ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "AIRFLOW_CONN_WAREHOUSE"],
        }).spec.containers[0] as { env: { name: string; value?: string; valueFrom?: unknown }[] };
        const of = (name: string) => env.filter((variable) => variable.name === name);
        assert.equal(of("AIRFLOW__CORE__EXECUTION_API_SERVER_URL")[0]?.valueFrom, undefined);
        assert.deepEqual(of("AIRFLOW_CONN_WAREHOUSE"), [
            {
                name: "AIRFLOW_CONN_WAREHOUSE",
                valueFrom: { secretKeyRef: { name: "airflow-task-environment", key: "AIRFLOW_CONN_WAREHOUSE" } },
            },
        ]);
    });

    it("comes with the stack's image and the Secret that pulls it", () => {
        const image = {
            ...officialImage("3.3.2"),
            repository: "registry.example.com/airflow",
            pullSecret: "registry-login",
        };
        const { spec } = pod({ image });
        assert.equal(spec.containers[0]?.image, "registry.example.com/airflow:3.3.2");
        assert.deepEqual(spec.imagePullSecrets, [{ name: "registry-login" }]);
    });
});
