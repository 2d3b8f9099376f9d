import assert from "node:assert/strict";

import { plainMap } from "../../rehearsal/engine/values/secrecy.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { everythingBefore, only } from "../golden/order.ts";
import { ahead, recorded } from "../support/recordings.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const team = (name: string) => ({
    name,
    owners: [`#${name}`],
    dags: { kind: "local", path: `/opt/airflow/dags/${name}` },
});

const config = {
    airflow: {
        hostname: "airflow.example.com",
        highAvailability: false,
        database: { kind: "in-cluster", storageGb: 1 },
        image: {
            repository: "registry.example.com/airflow",
            digest,
            credentials: { user: "puller", password: "hunter1" },
        },
        secretConfig: { sentry: { sentry_dsn: "hunter2" } },
        connections: { warehouse: "postgresql://a:hunter3@db/x" },
        tasks: {
            env: { REPORTS_ZONE: "UTC" },
            envFrom: { secrets: ["quota"], configMaps: ["endpoints"] },
            volumes: [{ kind: "config-map", name: "queries", path: "/etc/queries" }],
            resources: { requests: { "ephemeral-storage": "2Gi" } },
        },
    },
    teams: [team("analytics"), team("billing")],
};

interface Container {
    readonly image?: string;
    readonly env: readonly { readonly name: string }[];
    readonly envFrom?: unknown;
    readonly volumeMounts: readonly { readonly mountPath: string }[];
    readonly resources?: { readonly requests: Record<string, string> };
}
interface Pod {
    readonly spec: { readonly containers: readonly [Container]; readonly imagePullSecrets?: unknown };
}

describe("what a stack with teams sets for tasks", function () {
    this.timeout(180_000);
    const recording = ahead(() => recorded("dev", { preview: false, config, secretKeys: ["airflow"] }));
    let deployed: Recording;

    before(async () => {
        deployed = await recording();
    });

    const given = <Inputs>(name: string) => plainMap(only(deployed, name).inputs) as unknown as Inputs;
    const teamPod = (name: string) => {
        const { data } = given<{ data: Record<string, string> }>("team-executor-teams-1");
        return (JSON.parse(data[`${name}.json`] ?? "") as { pod: Pod }).pod;
    };
    const template = () => {
        const { values } = given<{ values: { podTemplate: string } }>("airflow-release");
        return JSON.parse(values.podTemplate) as Pod;
    };

    it("is in each team's own part of the pod, where the executor keeps authors from taking its place", () => {
        for (const name of ["analytics", "billing"]) {
            const [container] = teamPod(name).spec.containers;
            assert.ok(container.env.some((variable) => variable.name === "REPORTS_ZONE"));
            assert.deepEqual(container.envFrom, [
                { configMapRef: { name: "endpoints" } },
                { secretRef: { name: "quota" } },
            ]);
            assert.ok(container.volumeMounts.some(({ mountPath }) => mountPath === "/etc/queries"));
        }
    });

    it("is not in the template a second time, which has what all pods share", () => {
        const { containers, imagePullSecrets } = template().spec;
        const [container] = containers;
        const names = container.env.map(({ name }) => name);
        assert.ok(!names.includes("REPORTS_ZONE"));
        assert.equal(container.envFrom, undefined);
        assert.ok(names.includes("AIRFLOW__SENTRY__SENTRY_DSN") && names.includes("AIRFLOW_CONN_WAREHOUSE"));
        assert.equal(container.image, `registry.example.com/airflow@${digest}`);
        assert.deepEqual(imagePullSecrets, [{ name: "airflow-image-pull" }]);
        assert.equal(container.resources?.requests["ephemeral-storage"], "2Gi");
    });

    it("lets a team's tasks run the stack's image, by the name that pods have, and no other", () => {
        for (const name of ["analytics", "billing"]) {
            const { metadata } = given<{ metadata: { annotations: Record<string, string> } }>(`team-${name}-namespace`);
            assert.equal(metadata.annotations["airflow-linkerd.io/images"], template().spec.containers[0].image);
        }
    });

    it("brings each team's namespace its Secrets, before Airflow starts", () => {
        const before = everythingBefore(deployed, "airflow-release");
        for (const [name, namespace, secret] of [
            ["team-analytics-environment-secret", "team-analytics", "airflow-task-environment"],
            ["team-billing-environment-secret", "team-billing", "airflow-task-environment"],
            ["team-analytics-image-pull-secret", "team-analytics", "airflow-image-pull"],
            ["team-billing-image-pull-secret", "team-billing", "airflow-image-pull"],
            ["airflow-image-pull-secret", "airflow", "airflow-image-pull"],
        ] as const) {
            const { metadata } = given<{ metadata: { name: string; namespace: string } }>(name);
            assert.deepEqual([metadata.namespace, metadata.name], [namespace, secret]);
            assert.ok(before.has(name), name);
        }
    });

    it("shows none of its secrets where an object is no Secret", () => {
        const others = deployed.resources.filter(
            ({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:core/v1:Secret",
        );
        assert.doesNotMatch(JSON.stringify(others), /hunter\d/);
    });
});
