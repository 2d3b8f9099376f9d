import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type V1Job } from "@kubernetes/client-node";

import { eventually } from "../bare-cluster.ts";
import { type ExampleRuns, exampleRuns } from "./example-runs.ts";
import { type ObservedRun } from "./person.ts";
import { type CommandResult } from "../stage.ts";
import { annotation, type TaskPod } from "./task-pods.ts";

describe("The example DAGs, run by an author", function () {
    this.timeout("10m");

    let runs: ExampleRuns;
    before(async () => {
        runs = await exampleRuns();
    });

    const result = ({ dag, run }: ObservedRun, task: string, mapIndex?: number) =>
        runs.author.api.result(dag, run.dag_run_id, task, mapIndex);

    /** Task, its index when it is mapped, and the try: once for each pod that the run should have had. */
    const tries = ({ tasks }: ObservedRun) =>
        tasks
            .flatMap(({ task_id, map_index, try_number }) =>
                Array.from({ length: try_number }, (_, index) => `${task_id} ${map_index} ${index + 1}`),
            )
            .sort();

    const podsOf = ({ dag, run }: ObservedRun): TaskPod[] => runs.pods.of(dag, run.dag_run_id);
    const every = () => [runs.values, runs.mapped, runs.patient, runs.greeting, runs.flaky, runs.surroundings];

    it("pass a value from task to task", async () => {
        assert.equal(runs.values.run.state, "success");
        assert.equal(await result(runs.values, "double"), 42);
    });

    it("make as many tasks as there turn out to be things to do", async () => {
        assert.equal(runs.mapped.run.state, "success");
        assert.deepEqual(await Promise.all([0, 1, 2].map((index) => result(runs.mapped, "weigh", index))), [4, 9, 25]);
        assert.equal(await result(runs.mapped, "load"), 38);
    });

    it("wait in the triggerer, without a pod", async () => {
        assert.equal(runs.patient.run.state, "success");
        const wait = runs.patient.tasks.find(({ task_id }) => task_id === "wait");
        assert.ok(wait);
        const log = await runs.author.log(runs.patient, wait);
        assert.match(log, /Pausing task as DEFERRED/);
        assert.match(log, /Trigger fired event/);
    });

    it("call a service of another namespace by its name", async () => {
        assert.equal(runs.greeting.run.state, "success");
        assert.equal(await result(runs.greeting, "greet"), "hello, otto");
    });

    it("try again what failed, and show why while it goes on and when its pod is gone", async () => {
        const { flaky, logWhileRunning } = runs;
        assert.equal(flaky.run.state, "success");
        const [deliver] = flaky.tasks;
        assert.ok(deliver);
        assert.equal(deliver.try_number, 2);
        assert.equal(await result(flaky, "deliver"), "delivered");

        assert.match(logWhileRunning, /Found logs through kube API/);
        assert.match(logWhileRunning, /try 1: knocking at the supplier's door/);
        assert.doesNotMatch(logWhileRunning, /the supplier is not ready/);
        await allGone(podsOf(flaky));
        const first = await runs.author.log(flaky, deliver, 1);
        assert.match(first, /try 1: knocking at the supplier's door/);
        assert.match(first, /the supplier is not ready/);
        assert.match(await runs.author.log(flaky, deliver, 2), /try 2: knocking at the supplier's door/);
    });

    it("have a pod of its own for each try of each task, labelled as what it is", () => {
        for (const run of every()) {
            const pods = podsOf(run).map(({ pod }) => pod);
            const labelled = pods.map(({ metadata }) => {
                const { dag_id, task_id, try_number, map_index = "-1" } = metadata?.labels ?? {};
                assert.equal(dag_id, run.dag);
                return `${task_id} ${map_index} ${try_number}`;
            });
            assert.deepEqual(labelled.sort(), tries(run), run.dag);
            for (const pod of pods) {
                assert.equal(annotation(pod, "run_id"), run.run.dag_run_id);
                // A label takes no colon, so it holds the run's name in a shortened form.
                assert.match(pod.metadata?.labels?.run_id ?? "", /^manual__[\w.-]+$/);
            }
        }
    });

    it("run where and as whom the stack says, behind a proxy that ends with them, without a token", () => {
        for (const { pod, phases } of every().flatMap(podsOf)) {
            assert.equal(pod.metadata?.namespace, "airflow-tasks");
            assert.equal(pod.metadata.labels?.["airflow-linkerd.io/team"], "default");
            assert.equal(pod.spec?.serviceAccountName, "airflow-task");
            assert.equal(pod.spec.automountServiceAccountToken, false);
            const proxy = pod.spec.initContainers?.find(({ name }) => name === "linkerd-proxy");
            assert.equal(proxy?.restartPolicy, "Always", pod.metadata.name);
            assert.ok(phases.has("Running"), pod.metadata.name);
        }
    });

    it("are made pods by the scheduler's executor, and by nobody else", () => {
        const names = every()
            .flatMap(podsOf)
            .map(({ pod }) => pod.metadata?.name);
        const creators = readFileSync(join(runs.real.stage.at.cluster, "logs", "audit.log"), "utf8")
            .split("\n")
            .filter((line) => line.includes('"verb":"create"') && line.includes('"resource":"pods"'))
            .map(
                (line) =>
                    JSON.parse(line) as {
                        user: { username: string };
                        objectRef: { name?: string; subresource?: string };
                    },
            )
            // Binding a pod to a node creates something of it too.
            .filter(({ objectRef }) => names.includes(objectRef.name) && objectRef.subresource === undefined);
        assert.equal(creators.length, names.length);
        assert.deepEqual(
            [...new Set(creators.map(({ user }) => user.username))],
            ["system:serviceaccount:airflow:airflow-scheduler"],
        );
    });

    it("leave no pod behind", async () => {
        await allGone(every().flatMap(podsOf));
        assert.deepEqual(
            (
                await runs.real.stage.kubectl(
                    "get",
                    "pods",
                    "--all-namespaces",
                    "-l",
                    "kubernetes_executor=True",
                    "-o",
                    "name",
                )
            ).stdout,
            "",
        );
    });

    it("run on a database that was migrated once", async () => {
        const jobs = await runs.real.stage.objects<V1Job>("jobs");
        const migrations = jobs.filter(({ metadata }) => metadata?.labels?.component === "run-airflow-migrations");
        assert.deepEqual(
            migrations.map(({ status }) => [status?.succeeded, status?.failed]),
            [[1, undefined]],
        );
    });

    async function allGone(pods: readonly TaskPod[]): Promise<void> {
        assert.ok(pods.length > 0);
        await eventually(() => Promise.resolve(pods.every(({ gone }) => gone) || undefined));
    }

    describe("from the command line", () => {
        const commands = {
            good: ["values"],
            failing: ["greeting", "--conf", '{"name": "/"}'],
            unknown: ["vlues"],
            viewer: ["values", "--as", "vera"],
            nobody: ["values", "--as", "nils"],
            invalid: ["flaky", "--conf", '{"hold": 5}'],
        };
        let said: Record<keyof typeof commands, CommandResult>;

        before(async () => {
            const { stage } = runs.real;
            console.log("        waiting for the runs from the command line");
            const ended = Object.entries(commands).map(
                async ([name, args]) => [name, await stage.dag(...args)] as const,
            );
            said = Object.fromEntries(await Promise.all(ended)) as typeof said;
        });

        it("are followed to their end, task by task", () => {
            const { stdout, output, exitCode } = said.good;
            assert.equal(exitCode, 0, output);
            assert.match(
                stdout,
                /^values, run by Otto Author: https:\/\/airflow\.localhost:\d+\/dags\/values\/runs\/manual__/,
            );
            assert.match(stdout, / s {2}give +success\n/);
            assert.match(stdout, / s {2}double +success\n/);
            assert.match(stdout, /\nvalues: success after [\d.]+ s\n$/);
        });

        it("show the end of the log of what failed, and fail too", () => {
            const { stdout, output, exitCode } = said.failing;
            assert.equal(exitCode, 1, output);
            assert.match(stdout, /\ngreet failed at try 1\. The end of its log:\n/);
            assert.match(stdout, /HTTPError: 404 Client Error/);
            assert.match(stdout, /\ngreeting: failed after [\d.]+ s, because of greet\n$/);
        });

        const refusals: [what: string, command: keyof typeof commands, message: RegExp][] = [
            [
                "of whom there is none by that name",
                "unknown",
                /^"vlues" is no DAG of this Airflow; there are .*, values\. Did you mean values\?\n$/,
            ],
            [
                "by somebody who may only look",
                "viewer",
                /^Vera Viewer may not run values\. Airflow answered 403 to POST .*: Forbidden\. Ask the platform team/,
            ],
            [
                "by somebody who has no role",
                "nobody",
                /^Airflow does not let Nils Nobody in: 403: No access to Airflow\. .* Ask the platform team/,
            ],
            [
                "with a configuration that the DAG does not take",
                "invalid",
                /^Airflow answered 400 to POST .*: Invalid input for param hold/,
            ],
        ];
        for (const [what, command, message] of refusals) {
            it(`are not run ${what}`, () => {
                assert.match(said[command].output, message);
                assert.equal(said[command].exitCode, 2);
            });
        }
    });
});
