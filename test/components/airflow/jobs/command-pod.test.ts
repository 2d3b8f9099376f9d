import assert from "node:assert/strict";

import { type AirflowCommand, commandPod } from "../../../../components/airflow/jobs/command-pod.ts";

interface Pod {
    metadata: { labels: object; annotations: Record<string, string> };
    spec: {
        automountServiceAccountToken: boolean;
        restartPolicy: string;
        terminationGracePeriodSeconds?: number;
        securityContext: object;
        containers: { image: string; securityContext: object; volumeMounts: object[]; resources: object }[];
        volumes: object[];
    };
}

function pod(command: Partial<AirflowCommand> = {}): Pod {
    return commandPod({
        name: "look",
        version: "3.3.2",
        serviceAccount: "looker",
        args: ["bash", "-c", "true"],
        env: [],
        size: { cpu: "100m", memory: "512Mi", memoryLimit: "1Gi" },
        ...command,
    }) as unknown as Pod;
}

describe("the pod of a command", () => {
    it("runs without root, without a right that it does not need, and once", () => {
        const { spec } = pod();
        assert.deepEqual(spec.securityContext, {
            runAsUser: 50000,
            runAsGroup: 0,
            fsGroup: 0,
            runAsNonRoot: true,
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.deepEqual(spec.containers[0]?.securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
        });
        assert.equal(spec.restartPolicy, "Never");
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(pod({ callsKubernetes: true }).spec.automountServiceAccountToken, true);
    });

    it("runs the whole platform's image, as large as it is told", () => {
        const [container] = pod({ version: "3.4.0" }).spec.containers;
        assert.equal(container?.image, "apache/airflow:3.4.0");
        assert.deepEqual(container?.resources, {
            requests: { cpu: "100m", memory: "512Mi" },
            limits: { memory: "1Gi" },
        });
    });

    it("lets its proxy end before Kubernetes kills the pod after its usual thirty seconds", () => {
        const { metadata, spec } = pod();
        assert.equal(metadata.annotations["config.linkerd.io/shutdown-grace-period"], "10s");
        assert.equal(spec.terminationGracePeriodSeconds, undefined);
    });

    it("sees the database's authority and files only where it is told", () => {
        assert.deepEqual(pod().spec.volumes, []);
        const { spec } = pod({
            databaseAuthority: { configMap: { name: "authority" } },
            mounts: { "/etc/airflow-pools": { name: "pools", configMap: { name: "airflow-pools" } } },
        });
        assert.deepEqual(spec.volumes, [
            { name: "database-authority", configMap: { name: "authority" } },
            { name: "pools", configMap: { name: "airflow-pools" } },
        ]);
        assert.deepEqual(spec.containers[0]?.volumeMounts, [
            { name: "database-authority", mountPath: "/etc/airflow-database", readOnly: true },
            { name: "pools", mountPath: "/etc/airflow-pools", readOnly: true },
        ]);
    });
});
