import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { Airflow } from "../../../components/airflow/airflow.ts";
import { type AirflowArgs } from "../../../components/airflow/airflow-args.ts";
import { DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind } from "../../../components/airflow/dags/git-credentials.ts";
import { forgetTeamRights } from "../../../components/airflow/jobs/forget-team-rights.ts";
import { underMocks, value } from "../../support/mocks.ts";
import { airflowArgs, airflowKinds } from "./airflow-args.ts";

const kinds = [...airflowKinds, "kubernetes:core/v1:PersistentVolume", "kubernetes:core/v1:PersistentVolumeClaim"];

const warehouse = { name: "warehouse", slots: 3, description: "", includeDeferred: false };
const bundle = {
    kind: DagBundleKind.git,
    name: "dags",
    repository: "https://git.example.com/dags.git",
    ref: "main",
    refreshSeconds: 60,
    credentials: { kind: GitCredentialsKind.token, user: "reader", token: "hunter2" },
} as const;

async function airflow(args: Partial<AirflowArgs> = {}) {
    return underMocks(kinds, () => new Airflow("airflow", { ...airflowArgs, ...args }));
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

    it("waits with the chart for secrets, database, migration and pools", async () => {
        const { registered } = await airflow({ pools: [warehouse], dagBundles: [bundle] });
        const before = registered.dependenciesOf("airflow-release");
        for (const name of [
            "airflow-migration-job",
            "airflow-database-postgres-server",
            "airflow-secrets-jwt-secret",
            "airflow-secrets-fernet-secret",
            "airflow-pools-job",
            "airflow-dag-bundles-dags",
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
                valueFrom: { secretKeyRef: { name: "airflow-fernet-generations", key: "fernet-key" } },
            },
            {
                name: "AIRFLOW__CORE__AUTH_MANAGER",
                value: "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            },
            { name: "FORGET_TEAM_RIGHTS", value: forgetTeamRights },
        ]);
        // Kubernetes would make one dollar sign of two.
        assert.doesNotMatch(forgetTeamRights, /\$\$/);
        // The policies of teams' logins name columns, which a migration may change.
        const [, , command] = registered.input(job, `${pod}.containers.0.args`) as string[];
        assert.match(command ?? "", /FORGET_TEAM_RIGHTS.* && exec airflow db migrate$/);
        assert.deepEqual(registered.input(job, `${pod}.volumes.0`), {
            name: "database-authority",
            secret: { secretName: "airflow-postgresql-tls", items: [{ key: "ca.crt", path: "ca.crt" }] },
        });
    });

    it("keeps logs on a volume that pods on all nodes can write, before any pod wants it, when it is asked to", async () => {
        const { registered } = await airflow({ logVolume: { storageGb: 2, hostPath: "/var/lib/airflow-task-logs" } });
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

    it("lets nobody run pods beside it, and cleans up where tasks run", async () => {
        const { registered } = await airflow();
        assert.deepEqual(registered.ofType("kubernetes:rbac.authorization.k8s.io/v1:Role"), []);
        assert.deepEqual(registered.ofType("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"), []);
        assert.deepEqual(
            registered.input("airflow-pod-cleanup-schedule", "spec.jobTemplate.spec.template.spec.containers.0.env"),
            [{ name: "NAMESPACES", value: "team-a" }],
        );
        assert.equal(registered.input("airflow-release", "values.executor"), "team_executor.TeamKubernetesExecutor");
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

    it("migrates before anything else of that version runs: proof of keys, pools, components and what runs by the clock", async () => {
        const { registered } = await airflow({ pools: [warehouse] });
        for (const name of [
            "airflow-secrets-fernet-check",
            "airflow-pools-job",
            "airflow-release",
            "airflow-pod-cleanup-schedule",
            "airflow-database-cleanup-schedule",
        ]) {
            const before = registered.dependenciesOf(name).concat(registered.dependenciesOf(registered.parentOf(name)));
            assert.ok(before.includes("airflow-migration-job"), name);
        }
    });

    it("encrypts anew only once every component has the keys", async () => {
        const { registered } = await airflow({ keys: { fernet: { generations: [1, 2], encrypts: 2 }, jwt: 1 } });
        const before = registered
            .dependenciesOf("airflow-fernet-rotation-job")
            .concat(registered.dependenciesOf("airflow-fernet-rotation"));
        assert.ok(before.includes("airflow-release"));
    });

    it("cleans up when and as late as the stack says", async () => {
        const retention = {
            componentLogsDays: 1,
            metadataDays: 30,
            metadataSchedule: "1 1 * * *",
            podsSchedule: "2 2 * * *",
        };
        const { registered } = await airflow({ retention });
        assert.equal(registered.input("airflow-pod-cleanup-schedule", "spec.schedule"), "2 2 * * *");
        assert.equal(registered.input("airflow-database-cleanup-schedule", "spec.schedule"), "1 1 * * *");
        const env = "spec.jobTemplate.spec.template.spec.containers.0.env";
        assert.deepEqual(registered.input("airflow-database-cleanup-schedule", `${env}.1`), {
            name: "OLDER_THAN_DAYS",
            value: "30",
        });
    });

    it("shares the connections that the server allows among as many PgBouncers as there are", async () => {
        const { registered } = await airflow({ highAvailability: true });
        const ini = registered.secret("airflow-secrets-pgbouncer-config-secret", "stringData.pgbouncer\\.ini");
        assert.match(ini, /pool_size=20$/m);
    });

    it("waits for a folder of logs that is still being made, and sends the logs there", async () => {
        const remoteLogs = { folder: pulumi.output("s3://logs") };
        const { registered } = await airflow({ remoteLogs });
        const path = "values.config.logging.remote_base_log_folder";
        assert.equal(registered.input("airflow-release", path), "s3://logs");
        assert.equal((await airflow()).registered.input("airflow-release", path), undefined);
    });

    it("hands a secrets backend to those who look connections up", async () => {
        const secretsBackend = { className: "vault.Backend", kwargs: pulumi.output("{}") };
        const { registered } = await airflow({ secretsBackend });
        assert.deepEqual(registered.input("airflow-release", "values.apiServer.env"), [
            { name: "AIRFLOW__SECRETS__BACKEND", value: "vault.Backend" },
            { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", value: "{}" },
            { name: "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", value: "start_log.LOGGING_CONFIG" },
        ]);
    });

    it("makes a Job anew that has not ended well, but never a migration, which may still run", async () => {
        const keys = { fernet: { generations: [1, 2], encrypts: 2 }, jwt: 1 };
        const { registered } = await airflow({ keys, pools: [warehouse] });
        const anew = registered
            .ofType("kubernetes:batch/v1:Job")
            .map(({ name }) => name)
            .filter((name) => registered.input(name, "metadata.annotations.pulumi\\.com/replaceUnready") === "true");
        assert.deepEqual(anew.sort(), [
            "airflow-fernet-rotation-job",
            "airflow-pools-job",
            "airflow-secrets-fernet-check",
        ]);
    });
});
