import assert from "node:assert/strict";

import { type V1Pod, type V1PodCondition } from "@kubernetes/client-node";

import { podProcesses } from "../../../rehearsal/machine/process-records.ts";
import { type DagRun } from "../../../rehearsal/dag/airflow-api.ts";
import { eventually } from "../bare-cluster.ts";
import { type ExampleRuns, exampleRuns } from "./example-runs.ts";
import { type ObservedRun } from "./person.ts";

// A run stands still where the test wants it: its first task waits for a service that is not there, and lost it would fail,
// because it has no second try.
describe("A run in whose middle a part of Airflow is killed", function () {
    this.timeout("10m");

    let runs: ExampleRuns;
    before(async () => {
        runs = await exampleRuns();
    });

    const say = (line: string): void => {
        console.log(`      ${line}`);
    };

    async function scaleGreeter(replicas: number): Promise<void> {
        const { stage } = runs.real;
        const scaled = await stage.kubectl("scale", "-n", "greeter", "deployment/greeter", `--replicas=${replicas}`);
        assert.equal(scaled.exitCode, 0, scaled.output);
        await eventually(async () => {
            const pods = (await stage.objects<V1Pod>("pods")).filter(
                ({ metadata }) => metadata?.namespace === "greeter",
            );
            const ready = pods.filter(({ status }) => status?.conditions?.some(isReady));
            return (pods.length === replicas && ready.length === replicas) || undefined;
        });
    }

    /** Starts a run, and comes back when its first task runs and waits. */
    async function runUntilItWaits(): Promise<DagRun> {
        await scaleGreeter(0);
        const run = await runs.author.trigger("greeting", { name: "survivor" });
        say("waiting until its first task runs");
        await eventually(async () => {
            const tasks = await runs.author.api.taskInstances("greeting", run.dag_run_id);
            return tasks.find(({ task_id, state }) => task_id === "is_there" && state === "running");
        });
        return run;
    }

    /** Gives the first task what it waits for, and follows the run to its end. */
    async function letItGoOn(run: DagRun): Promise<ObservedRun> {
        await scaleGreeter(1);
        say("waiting for the end of the run");
        return runs.author.follow("greeting", run);
    }

    async function wentWell({ run, tasks }: ObservedRun): Promise<void> {
        assert.equal(run.state, "success");
        assert.deepEqual(tasks.map(({ task_id, state, try_number }) => [task_id, state, try_number]).sort(), [
            ["greet", "success", 1],
            ["is_there", "success", 1],
        ]);
        assert.equal(await runs.author.api.result("greeting", run.dag_run_id, "greet"), "hello, survivor");
    }

    /** Kills all that runs in the component's container, if it runs at this moment. */
    function kill(component: string): number {
        const ofComponent = new RegExp(`airflow/airflow-${component}-[^/]+/${component}$`);
        const running = podProcesses(runs.real.stage.at).filter(({ name }) => ofComponent.test(name));
        running.forEach(({ pid }) => {
            // The group: its leader only watches what is in the container.
            process.kill(-pid, "SIGKILL");
        });
        return running.length;
    }

    async function restarts(component: string): Promise<number> {
        const pods = await runs.real.stage.objects<V1Pod>("pods");
        const statuses = pods
            .filter(({ metadata }) => metadata?.labels?.component === component)
            .flatMap(({ status }) => status?.containerStatuses ?? []);
        return statuses
            .filter(({ name }) => name === component)
            .reduce((sum, { restartCount }) => sum + restartCount, 0);
    }

    it("loses no task when that is the scheduler", async () => {
        const before = await restarts("scheduler");
        const run = await runUntilItWaits();
        // And one of whose first task the scheduler just begins to make a pod, or did not get to it.
        const queued = await runs.author.trigger("values");
        await eventually(async () => {
            const tasks = await runs.author.api.taskInstances("values", queued.dag_run_id);
            return tasks.find(({ task_id, state }) => task_id === "give" && state !== null);
        });
        assert.equal(kill("scheduler"), 1);
        say("waiting for the scheduler to be back");
        await eventually(async () => (await restarts("scheduler")) > before || undefined);
        await runs.real.healthy();
        await wentWell(await letItGoOn(run));
        assert.equal((await runs.author.follow("values", queued)).run.state, "success");
        assert.equal(await runs.author.api.result("values", queued.dag_run_id, "double"), 42);
    });

    it("loses no task when that is the API server, for ten seconds and for as long as it takes to start", async () => {
        const run = await runUntilItWaits();
        const began = performance.now();
        let killed = 0;
        // It is started again at once, so it is killed again whenever it is.
        await eventually(() => {
            killed += kill("api-server");
            return Promise.resolve(performance.now() - began > 10_000 || undefined);
        });
        assert.ok(killed >= 1);
        const answer = await fetch(`${runs.real.airflow}/api/v2/version`);
        assert.equal(answer.status, 503, "the entrance has somebody to ask");
        // In the outage the task gets what it waits for, so that it has its end to report and nobody to report it to.
        const ended = letItGoOn(run);
        await runs.real.healthy();
        await wentWell(await ended);
    });
});

function isReady({ type, status }: V1PodCondition): boolean {
    return type === "Ready" && status === "True";
}
