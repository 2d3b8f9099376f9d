import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type V1Pod, type V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { parse } from "yaml";

import { type Trace } from "../../../operations/trace/trace.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { Stage } from "../stage.ts";
import { type ObservedRun, Person } from "./person.ts";
import { annotation } from "./task-pods.ts";
import { runTrace, tokenOf, traced } from "./trace-reports.ts";
import { encryptSettings, makeGivenObjects, settings, settingsReach } from "./team-settings.ts";

/** Comes to the two teams of the dev stack. Its people are those who may run every team's DAGs. */
const third = {
    name: "shipping",
    owners: ["Otto Author"],
    dags: { kind: "local", path: "/opt/airflow/dags/shipping" },
};

/** What reads at its start whose tasks there are, and so starts anew with a team more. */
const restarting = ["api-server", "pgbouncer", "scheduler"];

/** By DAG: who runs it, and in which namespace it must run. */
const own = {
    report: { persona: "ann", namespace: "team-analytics", team: "analytics", task: "read", says: "about parcels" },
    invoices: { persona: "bill", namespace: "team-billing", team: "billing", task: "write", says: "for parcels" },
} as const;
type Own = (typeof own)[keyof typeof own];

describe("two teams on one platform", function () {
    this.timeout("9m");

    let stage: Stage;
    let admin: Person;
    const runs: Record<string, ObservedRun> = {};
    const pods: Record<string, V1Pod> = {};
    const people: Record<string, Person> = {};
    /** What is traced of each while its task runs, from the cluster alone. */
    const live: Record<string, Trace> = {};
    /** The pods of Airflow's own parts before and after the third team came: uid by part. */
    const parts: Record<"before" | "after", Record<string, string>> = { before: {}, after: {} };
    let stillRunning: readonly boolean[];
    let newcomer: ObservedRun;
    let secondsToRun: number;

    before(async () => {
        stage = new Stage(Containers.processes);
        for (const folder of ["examples/dags", "test/system/airflow/team-dags"]) {
            cpSync(join(checkout, folder), join(stage.at.root, "dags"), { recursive: true });
        }
        stage.configure({ airflow: settings, teams: await teamsOfDev() });
        await encryptSettings(stage);
        console.log("      waiting for the dev stack with its two teams, with its containers as processes");
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        await makeGivenObjects(stage, "analytics", "billing");
        const { address: airflow } = await stage.door();
        admin = await Person.logIn(airflow, "ada");
        const each = await Promise.all(
            Object.entries(own).map(async ([dag, { persona, namespace }]) => {
                const person = await Person.logIn(airflow, persona);
                await known(admin, dag);
                // What an author or a client may write says nothing of who it was.
                const run = await person.trigger(dag, { triggering_user_name: "ada", triggered_by: "timetable" });
                return { dag, namespace, person, run };
            }),
        );
        console.log("      waiting until both teams' tasks run at once");
        const found = await eventually(async () => {
            const running = (await stage.objects<V1Pod>("pods")).filter(({ status }) => status?.phase === "Running");
            const both = each.map(({ dag }) => running.find((pod) => annotation(pod, "dag_id") === dag));
            return both.every((pod) => pod !== undefined) ? both : undefined;
        });
        for (const [index, { dag, person, run }] of each.entries()) {
            pods[dag] = found[index] as V1Pod;
            people[dag] = person;
            live[dag] = await traced(stage, dag, run.dag_run_id);
        }
        parts.before = await components();
        console.log("      waiting for a third team, while the tasks of the two go on");
        stage.configure({ airflow: settings, teams: [...(await teamsOfDev()), third] });
        await encryptSettings(stage);
        const began = performance.now();
        const more = await stage.run("up");
        assert.equal(more.exitCode, 0, more.output);
        await makeGivenObjects(stage, third.name);
        const deployed = performance.now();
        const otto = await Person.logIn(airflow, "otto");
        await known(otto, "parcels");
        newcomer = await otto.follow("parcels", await otto.trigger("parcels"));
        secondsToRun = (performance.now() - deployed) / 1000;
        const secondsToDeploy = ((deployed - began) / 1000).toFixed(0);
        console.log(`      up took ${secondsToDeploy} s, and its DAG had run ${secondsToRun.toFixed(0)} s later`);
        parts.after = await components();
        const uids = (await stage.objects<V1Pod>("pods"))
            .filter(({ status }) => status?.phase === "Running")
            .map(({ metadata }) => metadata?.uid);
        stillRunning = found.map((pod) => uids.includes(pod?.metadata?.uid));

        await admin.setVariable("both-teams-were-seen", "yes");
        for (const { dag, person, run } of each) {
            runs[dag] = await person.follow(dag, run);
        }
    });
    after(() => stage?.close());

    for (const [dag, expected] of Object.entries<Own>(own)) {
        it(`runs ${dag} as ${expected.team}, which the mesh and policies know it by, while the other runs`, () => {
            const { metadata, spec } = pods[dag] as V1Pod;
            assert.equal(metadata?.namespace, expected.namespace);
            assert.equal(spec?.serviceAccountName, "airflow-task");
            assert.equal(metadata.labels?.["airflow-linkerd.io/team"], expected.team);
            assert.equal(metadata.labels.component, "worker");
            assert.ok(spec.initContainers?.some(({ name }) => name === "linkerd-proxy"));
            assert.equal(runs[dag]?.run.state, "success");
        });

        it(`says on the pod of ${dag} who started it, and by what the mesh and Airflow count it`, () => {
            const { metadata } = pods[dag] as V1Pod;
            const [by, user = ""] = ["started-by", "started-by-user"].map(
                (key) => metadata?.annotations?.[`airflow-linkerd.io/${key}`],
            );
            // Airflow's name for a person begins with the provider's.
            assert.deepEqual([by, user.split(".")[0]], ["api", expected.persona]);
            assert.deepEqual(
                ["team", "dag_id", "task_id"].map((key) => metadata?.labels?.[key]),
                [expected.team, dag, expected.task],
            );
        });

        it(`is traced by its pod while ${dag} runs, from the person to the account`, () => {
            const { start, chain, tasks, groups, differs } = live[dag] as Trace;
            assert.deepEqual([start.by, start.user?.split(".")[0]], ["api", expected.persona]);
            assert.deepEqual([chain.team, chain.namespace], [expected.team, expected.namespace]);
            assert.deepEqual(
                tasks.map(({ task, pod, runsAs, state }) => [task, pod, runsAs, state]),
                [[expected.task, pods[dag]?.metadata?.name, `${expected.namespace}/airflow-task`, "running"]],
            );
            assert.ok(groups.some(({ group }) => group === `${expected.team}-authors`));
            assert.deepEqual(differs, []);
        });

        it(`is traced by Airflow's record when ${dag} has ended`, async () => {
            const { run } = runs[dag] as ObservedRun;
            const found = await traced(stage, dag, run.dag_run_id, await tokenOf(stage, expected.persona));
            assert.deepEqual([found.state, found.start], ["success", live[dag]?.start]);
            assert.equal(found.chain.team, expected.team);
            assert.deepEqual(
                found.tasks.map(({ task, pod, state }) => [task, pod, state]),
                [[expected.task, pods[dag]?.metadata?.name, "success"]],
            );
            // Who may look at users is told which groups gave the person the right.
            const { person, groups } = await traced(stage, dag, run.dag_run_id, await tokenOf(stage, "ada"));
            assert.ok(person?.roles.includes(`team:${expected.team}:author`));
            assert.deepEqual(
                groups.map(({ group }) => group),
                [`${expected.team}-authors`],
            );
        });

        it(`gives the pod of ${dag} its own team's DAGs alone`, () => {
            const env = pods[dag]?.spec?.containers.find(({ name }) => name === "base")?.env ?? [];
            const lists = env.filter(({ name }) => name === "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST");
            assert.equal(lists.length, 1);
            const bundles = JSON.parse(lists[0]?.value ?? "") as { name: string }[];
            assert.deepEqual(
                bundles.map(({ name }) => name),
                [expected.team],
            );
        });

        it(`shows the log of ${dag} to its team when its pod is gone`, async () => {
            const { run } = runs[dag] as ObservedRun;
            const text = await eventually(async () => {
                const { body } = await (people[dag] as Person).session.ask(
                    "GET",
                    `/api/v2/dags/${dag}/dagRuns/${run.dag_run_id}/taskInstances/${expected.task}/logs/1`,
                );
                const said = JSON.stringify(body);
                return said.includes(expected.says) ? said : undefined;
            });
            assert.ok(text);
        });
    }

    it("reads each team's DAG files and runs its triggers in the team's namespace, and none beside Airflow", async () => {
        const parts = (await stage.objects<V1Pod>("pods"))
            .filter(({ metadata }) => ["dag-processor", "triggerer"].includes(metadata?.labels?.component ?? ""))
            .map(({ metadata, spec }) => `${metadata?.namespace ?? ""}/${spec?.serviceAccountName ?? ""}`);
        assert.deepEqual(
            parts.sort(),
            ["analytics", "billing", third.name].flatMap((team) => [
                `team-${team}/airflow-dag-processor`,
                `team-${team}/airflow-triggerer`,
            ]),
        );
    });

    it("lets a task wait in the triggerer of its team, of which there is no other", async () => {
        await known(admin, "waits");
        const person = people.report as Person;
        const { run } = await person.follow("waits", await person.trigger("waits"));
        assert.equal(run.state, "success");
    });

    it("traces no run of another team's for a person, and none without a token whose pods are gone", async () => {
        const { dag, run } = runs.invoices as ObservedRun;
        const foreign = await runTrace(stage, [dag, run.dag_run_id], await tokenOf(stage, own.report.persona));
        assert.deepEqual([foreign.code, foreign.stdout], [1, ""]);
        assert.match(foreign.stderr, /^error: Airflow at .* does not show you this DAG \(HTTP 403\)/);
        const gone = await runTrace(stage, [dag, run.dag_run_id]);
        assert.equal(gone.code, 1);
        assert.match(gone.stderr, /^error: the cluster has no pod of run .* of invoices: .* set AIRFLOW_CLI_TOKEN/);
        const stranger = await runTrace(stage, [dag, run.dag_run_id], "not-a-token");
        assert.equal(stranger.code, 1);
        assert.match(stranger.stderr, /^error: Airflow at .* does not know you/);
        assert.doesNotMatch(stranger.stderr, /not-a-token/);
    });

    it("keeps each team's people away from the other team's DAG", async () => {
        for (const [dag, other] of [
            ["report", "invoices"],
            ["invoices", "report"],
        ] as const) {
            const { status } = await (people[dag] as Person).session.ask("GET", `/api/v2/dags/${other}/details`);
            assert.equal(status, 403);
        }
    });

    /** The pod of each of Airflow's parts that runs on and on. */
    async function components(): Promise<Record<string, string>> {
        const own = (await stage.objects<V1Pod>("pods")).filter(
            ({ metadata, status }) =>
                metadata?.namespace === "airflow" &&
                status?.phase === "Running" &&
                metadata.deletionTimestamp === undefined &&
                metadata.ownerReferences?.every(({ kind }) => kind !== "Job"),
        );
        return Object.fromEntries(own.map(({ metadata }) => [metadata?.labels?.component ?? "", metadata?.uid ?? ""]));
    }

    it("refuses a DAG whose author asks for what is not the team's, and says why and whom to ask", async () => {
        await known(admin, "escape");
        const person = people.report as Person;
        const { run } = await person.follow("escape", await person.trigger("escape"));
        assert.equal(run.state, "failed");
        const { body } = await admin.session.ask("GET", "/api/v2/eventLogs?dag_id=escape&limit=100");
        const said = JSON.stringify(body);
        assert.match(said, /pod_override sets metadata\.namespace, spec\.hostNetwork, spec\.serviceAccountName/);
        assert.match(said, /Ask Ann Analyst, who own team analytics/);
        const everywhere = await stage.objects<V1Pod>("pods");
        assert.deepEqual(
            everywhere.filter((pod) => annotation(pod, "dag_id") === "escape"),
            [],
        );
    });

    it("shows that refusal to the author, who may not read Airflow's audit log, at the top of the task's own", async () => {
        const person = people.report as Person;
        const run = await person.follow("escape", await person.trigger("escape"));
        const [task] = run.tasks;
        assert.match(await person.log(run, task ?? assert.fail("no task")), /pod_override sets metadata\.namespace/);
    });

    it("lets tasks wait for room in their team's quota, and tells each that waited what for", async () => {
        const person = people.report as Person;
        await known(admin, "crowd");
        const run = await person.follow("crowd", await person.trigger("crowd"));
        assert.deepEqual(
            run.tasks.map(({ state, try_number }) => `${state ?? ""} ${String(try_number)}`),
            Array.from({ length: 4 }, () => "success 1"),
        );
        const logs = await Promise.all(run.tasks.map((task) => person.log(run, task)));
        const waited = logs.filter((log) => /there is no room: exceeded quota: team, requested: pods=1/.test(log));
        assert.ok(waited.length > 0 && waited.length <= 2, logs.join("\n\n"));
        assert.ok(logs.every((log) => log.includes("is in")));
    });

    it("runs pods that tasks make, meshed and without a token, where the team may make them", async () => {
        const person = people.invoices as Person;
        await known(admin, "launched");
        const seen = new Map<string, V1Pod>();
        const watching = setInterval(() => {
            void stage.objects<V1Pod>("pods").then((all) => {
                for (const pod of all.filter(({ metadata }) => metadata?.labels?.kubernetes_pod_operator === "True")) {
                    seen.set(pod.metadata?.name ?? "", pod);
                }
            });
        }, 500);
        const run = await person.follow("launched", await person.trigger("launched"));
        clearInterval(watching);
        const logs = await Promise.all(run.tasks.map((task) => person.log(run, task)));
        assert.equal(run.run.state, "success", logs.join("\n\n"));
        assert.match(logs.join("\n"), /counted \d+ processors[^]*weighed 3 parcels/);
        assert.equal(seen.size, 2);
        for (const { metadata, spec } of seen.values()) {
            assert.equal(metadata?.namespace, "team-billing");
            assert.equal(spec?.serviceAccountName, "airflow-task");
            assert.ok(spec.initContainers?.some(({ name }) => name === "linkerd-proxy"));
            assert.doesNotMatch(JSON.stringify(spec.volumes), /kube-api-access/);
        }
    });

    it("refuses a task that would make a pod where its team may make none, in the task's log", async () => {
        const person = people.report as Person;
        await known(admin, "forbidden");
        const run = await person.follow("forbidden", await person.trigger("forbidden"));
        assert.equal(run.run.state, "failed");
        assert.match(
            await person.log(run, run.tasks[0] ?? assert.fail("no task")),
            /team analytics: no task here makes pods of its own: it would need launchPods: true.*Ask Ann Analyst/,
        );
    });

    describe("to which a third comes", () => {
        it("runs the third one's DAG as the third team, within a minute", () => {
            assert.equal(newcomer.run.state, "success");
            assert.ok(secondsToRun < 60, `${secondsToRun.toFixed(0)} s`);
        });

        it("goes on with the tasks of the others meanwhile", () => {
            assert.deepEqual(stillRunning, [true, true]);
            assert.deepEqual(
                Object.values(runs).map(({ run, tasks }) => [run.state, ...tasks.map((task) => task.try_number)]),
                [
                    ["success", 1],
                    ["success", 1],
                ],
            );
        });

        it("starts anew what reads whose tasks there are, and nothing else of Airflow", () => {
            const restarted = Object.keys(parts.before).filter((part) => parts.before[part] !== parts.after[part]);
            assert.deepEqual(restarted.sort(), restarting);
            assert.ok("postgresql" in parts.after);
        });
    });
    settingsReach(() => ({ stage, admin }));

    it("has one claim on the logs in each namespace that reads or writes them", async () => {
        const claims = await stage.objects<V1PersistentVolumeClaim>("persistentvolumeclaims");
        const logs = claims.filter(({ metadata }) => metadata?.name === "airflow-task-logs");
        assert.deepEqual(logs.map(({ metadata, status }) => [metadata?.namespace, status?.phase]).sort(), [
            ["airflow", "Bound"],
            ["team-analytics", "Bound"],
            ["team-billing", "Bound"],
            ["team-shipping", "Bound"],
        ]);
    });

    it("changes nothing when it is deployed again", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        assert.match(output, /unchanged/);
        assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    });
});

interface DevStack {
    readonly config: { readonly "airflow-linkerd:teams": readonly { readonly name: string }[] };
}

async function teamsOfDev(): Promise<readonly object[]> {
    const { config } = parse(await readFile(join(checkout, "Pulumi.dev.yaml"), "utf8")) as DevStack;
    // One with room for two tasks at once.
    const quota = { pods: 2, cpu: "4", memory: "8Gi", ephemeralStorage: "16Gi" };
    return config["airflow-linkerd:teams"].map((team) => (team.name === "analytics" ? { ...team, quota } : team));
}

/** Once the DAG processor has read it. */
async function known(person: Person, dag: string): Promise<void> {
    await eventually(async () => ((await person.api.isPaused(dag)) === undefined ? undefined : true));
}
