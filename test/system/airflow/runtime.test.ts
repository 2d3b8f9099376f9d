import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";

import { podProcesses, type ProcessRecord, runningProcesses } from "../../../rehearsal/machine/process-records.ts";
import { runInAirflow } from "./airflow-jobs.ts";
import { eventually } from "../bare-cluster.ts";
import { seenFrom } from "../pod-view.ts";
import { type RealStage, realStage } from "./real-stage.ts";
import { type Stage } from "../stage.ts";

const LASTING_OWNERS = ["ReplicaSet", "StatefulSet"];

// One story on the shared stage: each step begins where the one before it left the stack, and the last leaves it whole.
describe("Airflow's and PostgreSQL's containers, run as processes", function () {
    this.timeout("10m");

    let real: RealStage;
    let stage: Stage;

    before(async () => {
        real = await realStage();
        stage = real.stage;
    });

    async function pods(component: string): Promise<V1Pod[]> {
        const all = await stage.objects<V1Pod>("pods");
        return all.filter(({ metadata }) => metadata?.labels?.component === component);
    }

    async function noTaskPods(): Promise<void> {
        await eventually(async () => ((await pods("worker")).length === 0 ? true : undefined));
    }

    /** The network's, and those of pods that run on and on: a Job's or a task's may end by itself at any moment. */
    async function lastingProcesses(): Promise<ProcessRecord[]> {
        const lasting = (await stage.objects<V1Pod>("pods"))
            .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
            .filter(({ metadata }) => metadata?.ownerReferences?.some(({ kind }) => LASTING_OWNERS.includes(kind)))
            .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}/`);
        return podProcesses(stage.at).filter(({ name }) => {
            const [, pod] = /^pod:pod (.*)$/.exec(name) ?? [];
            return pod === undefined || lasting.some((prefix) => `${pod}/`.startsWith(prefix));
        });
    }

    it("are healthy by Airflow's own account", async () => {
        const parts = await real.healthy();
        assert.deepEqual(Object.keys(parts).sort(), ["dag_processor", "metadatabase", "scheduler", "triggerer"]);
    });

    it("migrated the database once, and kubectl shows how", async () => {
        const migrations = (await pods("run-airflow-migrations")).map(({ metadata }) => metadata?.name ?? "");
        assert.equal(migrations.length, 1);
        const { output } = await stage.kubectl("logs", "-n", "airflow", ...migrations, "-c", "run-airflow-migrations");
        assert.match(output, /Database migration done/);
    });

    it("run a DAG whose tasks the scheduler starts as pods of their own, and see it end well", async () => {
        const output = await runInAirflow(
            stage,
            "run-values",
            `until airflow dags unpause values; do sleep 1; done
             airflow dags trigger values --run-id first
             until airflow dags state values first | grep -E '^(success|failed)'; do sleep 1; done`,
        );
        assert.match(output, /^success/m);
        // The run is a success as soon as the task says so, while its pod is still ending.
        await noTaskPods();
        const node = readFileSync(join(stage.at.cluster, "logs", "node.log"), "utf8");
        for (const task of ["values-give-", "values-double-"]) {
            assert.match(node, new RegExp(`pod airflow-tasks/${task}\\S+: Succeeded`));
        }
    });

    it("go on undisturbed when the node is killed and comes back", async () => {
        const before = await lastingProcesses();
        assert.ok(before.length > 0);
        const node = runningProcesses(stage.at).find(({ name }) => name === "node");
        assert.ok(node);
        process.kill(node.pid, "SIGKILL");
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        const now = new Set(podProcesses(stage.at).map(({ pid }) => pid));
        const lost = before.filter(({ pid }) => !now.has(pid)).map(({ name }) => name);
        const log = readFileSync(join(stage.at.cluster, "logs", "node.log"), "utf8");
        assert.deepEqual(lost, [], `lost ${lost.join(", ")}\n${output}\n${log}`);
        await real.healthy();
        const [apiServer] = await pods("api-server");
        assert.ok(apiServer);
        assert.equal(await seenFrom(stage.at, apiServer, `${real.identityProvider}/jwks`), "200");
    });

    it("end with the rehearsal, every one of them", async () => {
        const { exitCode, output } = await stage.run("stop");
        assert.equal(exitCode, 0, output);
        assert.deepEqual(podProcesses(stage.at), []);
    });

    it("have their database back when the rehearsal is", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        assert.match(await runInAirflow(stage, "look-again", "airflow dags state values first"), /^success/m);
        await real.healthy();
    });
});
