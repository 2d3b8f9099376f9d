import assert from "node:assert/strict";

import { type V1Job } from "@kubernetes/client-node";

import { eventually } from "../bare-cluster.ts";
import { type ExampleRuns, exampleRuns } from "./example-runs.ts";
import { placeholder, type Search, searchFor } from "./known-secrets.ts";

/** What the DAG `surroundings` tells of its task's pod. */
interface Surroundings {
    readonly variables: readonly string[];
    readonly mounts: readonly string[];
    readonly read: readonly string[];
    readonly unread: readonly { readonly path: string; readonly why: string }[];
    readonly found: readonly { readonly name: string; readonly where: string }[];
}

describe("A task", function () {
    this.timeout("10m");

    let runs: ExampleRuns;
    let seen: Surroundings;
    before(async () => {
        runs = await exampleRuns();
        const { api } = runs.author;
        seen = (await api.result("surroundings", runs.surroundings.run.dag_run_id, "look")) as Surroundings;
    });

    it("holds no database address, no key and no secret of the API, in its environment, its files or its processes", () => {
        assert.equal(runs.surroundings.run.state, "success");
        // What Airflow itself puts where the database's address would be, so that code which wants it fails. It was
        // searched for like a secret, and shows that one would have been found.
        assert.deepEqual(seen.found.map(({ name, where }) => `${name} at ${where}`).sort(), [
            `${placeholder.name} at $AIRFLOW__CORE__SQL_ALCHEMY_CONN`,
            `${placeholder.name} at $AIRFLOW__DATABASE__SQL_ALCHEMY_CONN`,
        ]);
        assert.ok(Object.keys(runs.secrets).length >= 12);
    });

    it("was searched whole", () => {
        for (const path of [
            "/proc/1/environ",
            "/proc/1/cmdline",
            "/opt/airflow/dags/analytics/surroundings.py",
            "/etc/passwd",
        ]) {
            assert.ok(seen.read.includes(path), path);
        }
        // Airflow's supervisor keeps other processes of its own user from reading it. It has the environment of the first.
        assert.deepEqual(
            seen.unread.map(({ path, why }) => [path.replace(/\d+/, "…"), why]),
            [["/proc/…/environ", "Permission denied"]],
        );
        assert.ok(seen.mounts.includes("/opt/airflow/logs"));
    });

    it("has no variable that is named as one that holds a secret", () => {
        const secretive = seen.variables.filter((name) => /FERNET|JWT|SECRET|PASSWORD|TOKEN|CONN/.test(name));
        assert.deepEqual(secretive, ["AIRFLOW__CORE__SQL_ALCHEMY_CONN", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]);
    });

    it("does not get the database as a connection either", async () => {
        const { dag_run_id } = runs.surroundings.run;
        assert.equal(await runs.author.api.result("surroundings", dag_run_id, "ask"), "no such connection");
    });

    it("has a pod whose object shows none", () => {
        const pods = runs.pods.all();
        assert.ok(pods.length >= 10);
        for (const { pod } of pods) {
            const written = JSON.stringify(pod);
            for (const [name, secret] of Object.entries(runs.secrets)) {
                assert.ok(!written.includes(secret), `${pod.metadata?.name} shows ${name}`);
                assert.ok(!written.includes(Buffer.from(secret).toString("base64")), `${pod.metadata?.name}: ${name}`);
            }
            assert.doesNotMatch(written, /secretKeyRef|secretRef|"secret":/);
        }
    });

    it("would be found out if its pod were given one", async () => {
        const found = (await lookAroundWithSecrets(searchFor(runs.secrets))).found.map(
            ({ name, where }) => `${name} at ${where}`,
        );
        for (const expected of [
            "airflow-jwt at $PLANTED",
            "airflow-jwt at /proc/1/environ",
            "airflow-metadata at /etc/planted/connection",
            "database password at /etc/planted/connection",
        ]) {
            assert.ok(found.includes(expected), `${expected} is not among ${found.join(", ")}`);
        }
    });

    /**
     * The same search in a pod like a task's to which somebody gave a variable and a file with a secret in them: beside
     * Airflow, because where tasks run there is no such secret.
     */
    async function lookAroundWithSecrets(search: Search): Promise<Surroundings> {
        const { stage } = runs.real;
        const [worker] = runs.pods.of("surroundings", runs.surroundings.run.dag_run_id);
        const base = worker?.pod.spec?.containers.find(({ name }) => name === "base");
        assert.ok(worker?.pod.spec && base);
        const program =
            "import json, sys; sys.path.insert(0, '/opt/airflow/dags/analytics'); import surroundings; " +
            "print(json.dumps(surroundings.look_around(**json.loads(sys.argv[1]))))";
        const container = {
            name: "base",
            image: base.image,
            args: ["python", "-c", program, JSON.stringify(search)],
            env: [{ name: "PLANTED", valueFrom: { secretKeyRef: { name: "airflow-jwt", key: "jwt-secret" } } }],
            volumeMounts: [{ name: "planted", mountPath: "/etc/planted", readOnly: true }],
            securityContext: base.securityContext,
        };
        const { securityContext } = worker.pod.spec;
        const job = {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "planted", namespace: "airflow" },
            spec: {
                backoffLimit: 0,
                template: {
                    spec: {
                        securityContext,
                        automountServiceAccountToken: false,
                        restartPolicy: "Never",
                        containers: [container],
                        volumes: [{ name: "planted", secret: { secretName: "airflow-metadata" } }],
                    },
                },
            },
        };
        const made = await stage.kubectlWith(JSON.stringify(job), "create", "-f", "-");
        assert.equal(made.exitCode, 0, made.output);
        const status = await eventually(async () => {
            const jobs = await stage.objects<V1Job>("jobs");
            const now = jobs.find(({ metadata }) => metadata?.name === "planted")?.status;
            return now?.succeeded || now?.failed ? now : undefined;
        });
        const { output } = await stage.kubectl("logs", "-n", "airflow", "job/planted", "-c", "base");
        assert.equal(status.succeeded, 1, output);
        const removed = await stage.kubectl("delete", "job", "-n", "airflow", "planted");
        assert.equal(removed.exitCode, 0, removed.output);
        return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Surroundings;
    }
});
