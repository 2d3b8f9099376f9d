import assert from "node:assert/strict";

import { Airflow, type AirflowArgs } from "../../components/airflow/airflow.ts";
import { underMocks, value } from "../mocks.ts";
import { databaseKinds } from "./database-kinds.ts";

const release = "kubernetes:helm.sh/v3:Release";
const kinds = [
    ...databaseKinds,
    release,
    "kubernetes:core/v1:PersistentVolumeClaim",
    "random:index/randomBytes:RandomBytes",
    "random:index/randomString:RandomString",
    "kubernetes:batch/v1:Job",
    "kubernetes:batch/v1:CronJob",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
];

async function airflow(args: Partial<AirflowArgs> = {}) {
    return underMocks(
        kinds,
        () =>
            new Airflow("airflow", {
                namespace: "airflow",
                version: "3.3.2",
                database: { kind: "in-cluster", storageGb: 1 },
                ...args,
            }),
    );
}

describe("Airflow", () => {
    it("puts everything into the namespace that it is given", async () => {
        const { registered } = await airflow({ namespace: "elsewhere" });
        const objects = registered.resources.filter(({ type }) => /^kubernetes:(?!helm)/.test(type));
        assert.ok(objects.length > 10);
        for (const { name } of objects) {
            assert.equal(registered.input(name, "metadata.namespace"), "elsewhere", name);
        }
        assert.equal(registered.input("airflow-release", "namespace"), "elsewhere");
    });

    it("waits with the chart for secrets, database, migration and the right to run tasks", async () => {
        const { registered } = await airflow();
        const before = registered.dependenciesOf("airflow-release");
        for (const name of [
            "airflow-migration-job",
            "airflow-database-postgres-server",
            "airflow-secrets-jwt-secret",
            "airflow-task-launcher-binding",
        ]) {
            assert.ok(before.includes(name), name);
        }
    });

    it("migrates once for each version, under an account of its own, past the pool and with the server verified", async () => {
        const { registered } = await airflow({ version: "3.4.0" });
        const job = "airflow-migration-job";
        assert.equal(registered.input(job, "metadata.name"), "airflow-run-airflow-migrations-3-4-0");
        assert.equal(registered.input(job, "spec.ttlSecondsAfterFinished"), undefined);
        const pod = "spec.template.spec";
        assert.equal(registered.input(job, `${pod}.serviceAccountName`), "airflow-migrate-database-job");
        assert.equal(registered.input("airflow-migration-account", "metadata.name"), "airflow-migrate-database-job");
        assert.equal(registered.input(job, `${pod}.automountServiceAccountToken`), false);
        assert.equal(registered.input(job, `${pod}.restartPolicy`), "Never");
        assert.equal(registered.input(job, `${pod}.containers.0.image`), "apache/airflow:3.4.0");
        assert.deepEqual(registered.input(job, `${pod}.containers.0.env`), [
            {
                name: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
                valueFrom: { secretKeyRef: { name: "airflow-metadata-direct", key: "connection" } },
            },
            {
                name: "AIRFLOW__CORE__FERNET_KEY",
                valueFrom: { secretKeyRef: { name: "airflow-fernet", key: "fernet-key" } },
            },
            {
                name: "AIRFLOW__CORE__AUTH_MANAGER",
                value: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            },
        ]);
        assert.deepEqual(registered.input(job, `${pod}.volumes.0`), {
            name: "database-authority",
            secret: { secretName: "airflow-postgresql-tls", items: [{ key: "ca.crt", path: "ca.crt" }] },
        });
    });

    it("keeps logs on a volume that pods on all nodes can write, before any pod wants it, when it is asked to", async () => {
        const { registered } = await airflow({ logVolume: { storageGb: 2 } });
        const claim = "airflow-log-volume-claim";
        assert.equal(registered.input(claim, "metadata.name"), "airflow-task-logs");
        assert.deepEqual(registered.input(claim, "spec.accessModes"), ["ReadWriteMany"]);
        assert.equal(registered.input(claim, "spec.resources.requests.storage"), "2Gi");
        assert.ok(registered.dependenciesOf("airflow-release").includes(claim));
        const persistence = "values.logs.persistence";
        assert.deepEqual(registered.input("airflow-release", persistence), {
            enabled: true,
            existingClaim: "airflow-task-logs",
        });
        const without = await airflow();
        assert.equal(without.registered.input("airflow-release", persistence), undefined);
        assert.deepEqual(without.registered.ofType("kubernetes:core/v1:PersistentVolumeClaim"), []);
    });

    it("lets the scheduler run pods here, and neither enter them nor read secrets", async () => {
        const { registered } = await airflow();
        assert.deepEqual(registered.input("airflow-task-launcher-role", "rules"), [
            { apiGroups: [""], resources: ["pods"], verbs: ["create", "get", "list", "watch", "patch", "delete"] },
        ]);
        assert.deepEqual(registered.input("airflow-task-launcher-binding", "subjects"), [
            { kind: "ServiceAccount", name: "airflow-scheduler", namespace: "airflow" },
        ]);
        assert.equal(registered.ofType("kubernetes:rbac.authorization.k8s.io/v1:Role").length, 1);
    });

    it("takes its chart from where the stack says", async () => {
        const official = await airflow();
        assert.equal(official.registered.input("airflow-release", "chart"), "airflow");
        assert.equal(official.registered.input("airflow-release", "version"), "1.22.0");
        assert.deepEqual(official.registered.input("airflow-release", "repositoryOpts"), {
            repo: "https://airflow.apache.org",
        });
        const mirrored = await airflow({ mirror: "charts" });
        assert.equal(mirrored.registered.input("airflow-release", "chart"), "charts/airflow-1.22.0.tgz");
        assert.equal(mirrored.registered.input("airflow-release", "repositoryOpts"), undefined);
    });

    it("tells the chart how people log in, and in a stack that does not say nothing", async () => {
        const chartValues = { apiServer: { apiServerConfig: "AUTH_TYPE = AUTH_OAUTH" } };
        const path = "values.apiServer.apiServerConfig";
        const provided = await airflow({ login: { chartValues } });
        assert.equal(provided.registered.input("airflow-release", path), "AUTH_TYPE = AUTH_OAUTH");
        assert.equal((await airflow()).registered.input("airflow-release", path), undefined);
    });

    it("is found at the host name that people use, else inside the cluster", async () => {
        const named = await airflow({ url: "https://airflow.example.com" });
        assert.equal(await value(named.made.url), "https://airflow.example.com");
        assert.equal(
            named.registered.input("airflow-release", "values.config.api.base_url"),
            "https://airflow.example.com",
        );
        const { made } = await airflow();
        assert.equal(await value(made.url), "http://airflow-api-server.airflow.svc.cluster.local:8080");
    });
});
