import assert from "node:assert/strict";

import { type V1Pod, type V1Secret } from "@kubernetes/client-node";

import { type CommandResult, Stage } from "../stage.ts";
import { bundleAccess, bundleList, DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { GitCredentialsKind, gitConnection } from "../../../components/airflow/dags/git-credentials.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { create, type EndedJob, endedJob, jobOf, runInAirflow } from "./airflow-jobs.ts";
import { eventually } from "../bare-cluster.ts";
import { healthOf } from "./real-stage.ts";

const processes = { AIRFLOW_LINKERD_CONTAINERS: "processes" };
const components = ["api-server", "dag-processor", "scheduler", "triggerer"];
const warehouse = "postgres://loader:hunter2@warehouse.example.com/facts";

// One story on one stage, because Airflow takes its time to start: each step begins where the one before it left it.
describe("Airflow in operation", function () {
    this.timeout("10m");

    let stage: Stage;
    before(async () => {
        // Here, so that no Job's attempts are spent on it.
        for (const version of ["3.3.1", "3.3.2"]) {
            await airflowInstallation(version, console.log);
        }
        stage = new Stage();
        const { exitCode, output } = await up({ version: "3.3.1" });
        assert.equal(exitCode, 0, output);
    });

    after(async () => {
        await stage.close();
    });

    function up(airflow: Record<string, unknown>): Promise<CommandResult> {
        // A first start writes hundreds of permissions, and tests share the machine.
        const patient = { startupProbe: { failureThreshold: 60 } };
        stage.configure({
            teams: [],
            airflow: {
                chartValues: { apiServer: patient, scheduler: patient },
                pools: [
                    { name: "warehouse", slots: 3, description: "what the warehouse takes", includeDeferred: true },
                    { name: "default_pool", slots: 64 },
                ],
                ...airflow,
            },
        });
        console.log(`      waiting for the stack with ${JSON.stringify(airflow)}`);
        return stage.run("up", [], processes);
    }

    async function liveKeys(): Promise<string> {
        const secrets = await stage.objects<V1Secret>("secrets");
        const found = secrets.find(({ metadata }) => metadata?.name === "airflow-fernet");
        return Buffer.from(found?.data?.["fernet-key"] ?? "", "base64").toString();
    }

    async function byHand(cronJob: string): Promise<EndedJob> {
        const name = `${cronJob}-by-hand`;
        const made = await stage.kubectl("create", "job", name, "-n", "airflow", `--from=cronjob/${cronJob}`);
        assert.equal(made.exitCode, 0, made.output);
        return endedJob(stage, name);
    }

    it("has the pools that the stack lists, with their slots", async () => {
        const output = await runInAirflow(
            stage,
            "look-at-pools",
            `airflow pools export /tmp/pools.json >&2 && cat /tmp/pools.json
             airflow connections add warehouse --conn-uri ${warehouse} >&2
             python - <<'END' >&2
from sqlalchemy import create_engine, text
import os
with create_engine(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]).begin() as connection:
    connection.execute(text("INSERT INTO log (dttm, event) VALUES ('2020-01-01', 'of-old'), (now(), 'of-today')"))
END`,
        );
        assert.match(
            output,
            /"warehouse": \{\s*"description": "what the warehouse takes",\s*"include_deferred": true,\s*"slots": 3\s*\}/,
        );
        assert.match(output, /"default_pool": \{\s*"description": "",\s*"include_deferred": false,\s*"slots": 64\s*\}/);
    });

    it("takes a repository's credentials from the environment of who fetches it, as the stack writes them", async () => {
        const token = { kind: GitCredentialsKind.token, user: "reader", token: "correct horse" } as const;
        const key = { kind: GitCredentialsKind.sshKey, privateKey: "battery staple", knownHosts: "" } as const;
        const bundle = { kind: DagBundleKind.git, ref: "main", refreshSeconds: 60 } as const;
        const bundles = [
            {
                ...bundle,
                name: "team-a",
                repository: "https://git.example.com/a.git",
                path: "dags",
                credentials: token,
            },
            { ...bundle, name: "team-b", repository: "git@git.example.com:b.git", credentials: key },
        ];
        const connections = [gitConnection("team-a", token), gitConnection("team-b", key)];
        const variables = bundleAccess(bundles).env.map(({ name }, index) => `${name}='${connections[index] ?? ""}'`);
        const output = await runInAirflow(
            stage,
            "look-at-bundles",
            `export AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST='${bundleList(bundles)}' ${variables.join(" ")}
             python - <<'END'
from airflow.dag_processing.bundles.manager import DagBundlesManager
for name in ["team-a", "team-b"]:
    bundle = DagBundlesManager().get_bundle(name)
    hook = bundle.hook
    print(bundle.repo_url, bundle.subdir, hook.auth_token, hook.private_key, hook.known_hosts_file, sep="|")
END`,
        );
        assert.match(output, /^https:\/\/git\.example\.com\/a\.git\|dags\|correct horse\|None\|None$/m);
        assert.match(
            output,
            /^git@git\.example\.com:b\.git\|None\|None\|battery staple\n\|\/etc\/airflow-dag-bundles\/team-b\/known_hosts$/m,
        );
    });

    it("deletes a task's pod that ended, and no pod of another kind", async () => {
        const namespace = "airflow-tasks";
        // As the gate wants pods there.
        const pod = (name: string, labels: Record<string, string>) => ({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name, namespace, labels: { ...labels, "airflow-linkerd.io/team": "default" } },
            spec: {
                schedulerName: "nobody",
                serviceAccountName: "airflow-task",
                automountServiceAccountToken: false,
                restartPolicy: "Never",
                containers: [
                    {
                        name: "base",
                        image: "apache/airflow:3.3.1",
                        securityContext: { allowPrivilegeEscalation: false, runAsUser: 50_000 },
                    },
                ],
            },
        });
        const scheduler = "--as=system:serviceaccount:airflow:airflow-scheduler";
        await create(
            stage,
            pod("task-of-old", { dag_id: "d", task_id: "t", try_number: "1", airflow_version: "3.3.1" }),
            scheduler,
        );
        await create(stage, pod("something-else", {}), scheduler);
        const finishedAt = "2026-01-01T00:00:00Z";
        const terminated = { exitCode: 1, reason: "Error", startedAt: finishedAt, finishedAt };
        const container = {
            name: "base",
            image: "",
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { terminated },
        };
        const status = JSON.stringify({ status: { phase: "Failed", containerStatuses: [container] } });
        for (const name of ["task-of-old", "something-else"]) {
            const patch = ["patch", "pod", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", status];
            const { exitCode, output } = await stage.kubectl(...patch);
            assert.equal(exitCode, 0, output);
        }

        const { succeeded, output } = await byHand("airflow-cleanup");
        assert.ok(succeeded, output);
        const left = (await stage.objects<V1Pod>("pods")).map(({ metadata }) => metadata?.name);
        assert.ok(!left.includes("task-of-old"), output);
        assert.ok(left.includes("something-else"), output);
    });

    it("deletes what is old from the metadata database, and nothing else", async () => {
        const { succeeded, output } = await byHand("airflow-database-cleanup");
        assert.ok(succeeded, output);
        const events = await runInAirflow(
            stage,
            "look-at-log",
            `python - <<'END'
from sqlalchemy import create_engine, text
import os
with create_engine(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]).begin() as connection:
    print(connection.execute(text("SELECT event FROM log WHERE event LIKE 'of-%'")).scalars().all())
END`,
        );
        assert.match(events, /\['of-today'\]/);
    });

    it("refuses to give up a Fernet key that something is still encrypted with, and runs on", async () => {
        const keys = await liveKeys();
        const { exitCode, output } = await up({
            version: "3.3.1",
            keys: { fernet: { generations: [2], encrypts: 2 } },
        });
        assert.notEqual(exitCode, 0, output);
        const check = await endedJob(stage, "airflow-check-fernet-keys-2");
        assert.ok(!check.succeeded);
        assert.match(check.output, /generations 2 cannot read connection warehouse\. Put the generation/);
        assert.equal(await liveKeys(), keys);
        assert.ok(await healthOf((await stage.door()).address));
    });

    it("is upgraded by one migration, which ends before any pod of the new version is made", async () => {
        const { exitCode, output } = await up({
            version: "3.3.2",
            keys: { fernet: { generations: [1, 2], encrypts: 2 } },
        });
        assert.equal(exitCode, 0, output);

        const migration = (await jobOf(stage, "airflow-run-airflow-migrations-3-3-2"))?.status;
        assert.equal(migration?.succeeded, 1);
        assert.equal(migration.failed, undefined);
        const migrated = new Date(migration.completionTime ?? NaN).getTime();
        const pods = (await stage.objects<V1Pod>("pods")).filter(
            ({ metadata, spec }) =>
                metadata?.labels?.component !== "run-airflow-migrations" &&
                spec?.containers.some(({ image }) => image === "apache/airflow:3.3.2"),
        );
        for (const component of components) {
            assert.ok(
                pods.some(({ metadata }) => metadata?.labels?.component === component),
                component,
            );
        }
        for (const { metadata } of pods) {
            const made = new Date(metadata?.creationTimestamp ?? NaN).getTime();
            assert.ok(made >= migrated, `${metadata?.name ?? ""} was made before the migration had ended`);
        }
        const parts = await eventually(async () => {
            const now = await healthOf((await stage.door()).address);
            return now && Object.values(now).every(({ status }) => status === "healthy") ? now : undefined;
        });
        assert.deepEqual(Object.keys(parts).sort(), ["dag_processor", "metadatabase", "scheduler", "triggerer"]);
    });

    it("keeps its data through the upgrade, and has encrypted them anew", async () => {
        const { succeeded, output } = await endedJob(stage, "airflow-rotate-fernet-key-2-1");
        assert.ok(succeeded, output);
        assert.match(
            await runInAirflow(stage, "look-at-connection", "airflow connections get warehouse -o json"),
            /hunter2/,
        );
    });

    it("reads everything once the old Fernet key is gone", async () => {
        const [newest] = (await liveKeys()).split(",");
        const { exitCode, output } = await up({
            version: "3.3.2",
            keys: { fernet: { generations: [2], encrypts: 2 } },
        });
        assert.equal(exitCode, 0, output);
        assert.equal(await liveKeys(), newest);
        assert.match(
            await runInAirflow(stage, "look-once-more", "airflow connections get warehouse -o json"),
            /hunter2/,
        );
    });
});
