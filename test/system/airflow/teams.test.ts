import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod, type V1PersistentVolumeClaim } from "@kubernetes/client-node";

import { addressOf, readPorts } from "../../../rehearsal/cluster/ports.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { Stage } from "../stage.ts";
import { type ObservedRun, Person } from "./person.ts";
import { annotation } from "./task-pods.ts";
import { encryptSettings, makeGivenObjects, settings, settingsReach } from "./team-settings.ts";

const team = (name: string, owner: string) => ({
    name,
    owners: [owner],
    groups: { operator: [`${name}-authors`] },
    dags: { kind: "local", path: `/opt/airflow/dags/${name}`, refreshSeconds: 10 },
});

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

    before(async () => {
        stage = new Stage(Containers.processes);
        cpSync(join(checkout, "test/system/airflow/team-dags"), join(stage.at.root, "dags"), { recursive: true });
        stage.configure({
            airflow: { logs: { kind: "volume", storageGb: 1, hostPath: "/var/lib/airflow-task-logs" }, ...settings },
            teams: [team("analytics", "#analytics"), team("billing", "#billing")],
        });
        await encryptSettings(stage);
        console.log("      waiting for a stack with two teams, with its containers as processes");
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        await makeGivenObjects(stage);
        const airflow = addressOf(readPorts(stage.at).airflow ?? assert.fail("no Airflow"));
        admin = await Person.logIn(airflow, "ada");
        const each = await Promise.all(
            Object.entries(own).map(async ([dag, { persona, namespace }]) => {
                const person = await Person.logIn(airflow, persona);
                await known(admin, dag);
                const run = await person.trigger(dag);
                return { dag, namespace, person, run };
            }),
        );
        console.log("      waiting until both teams' tasks run at once");
        const found = await eventually(async () => {
            const running = (await stage.objects<V1Pod>("pods")).filter(({ status }) => status?.phase === "Running");
            const both = each.map(({ dag }) => running.find((pod) => annotation(pod, "dag_id") === dag));
            return both.every((pod) => pod !== undefined) ? both : undefined;
        });
        each.forEach(({ dag, person }, index) => {
            pods[dag] = found[index] as V1Pod;
            people[dag] = person;
        });
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
        assert.deepEqual(parts.sort(), [
            "team-analytics/airflow-dag-processor",
            "team-analytics/airflow-triggerer",
            "team-billing/airflow-dag-processor",
            "team-billing/airflow-triggerer",
        ]);
    });

    it("lets a task wait in the triggerer of its team, of which there is no other", async () => {
        await known(admin, "waits");
        const person = people.report as Person;
        const { run } = await person.follow("waits", await person.trigger("waits"));
        assert.equal(run.state, "success");
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

    it("refuses a DAG whose author asks for what is not the team's, and says why and whom to ask", async () => {
        await known(admin, "escape");
        const person = people.report as Person;
        const { run } = await person.follow("escape", await person.trigger("escape"));
        assert.equal(run.state, "failed");
        const { body } = await admin.session.ask("GET", "/api/v2/eventLogs?dag_id=escape&limit=100");
        const said = JSON.stringify(body);
        assert.match(said, /pod_override sets metadata\.namespace, spec\.hostNetwork, spec\.serviceAccountName/);
        assert.match(said, /Ask #analytics, who own team analytics/);
        const everywhere = await stage.objects<V1Pod>("pods");
        assert.deepEqual(
            everywhere.filter((pod) => annotation(pod, "dag_id") === "escape"),
            [],
        );
    });

    settingsReach(() => ({ stage, admin }));

    it("has one claim on the logs in each namespace that reads or writes them", async () => {
        const claims = await stage.objects<V1PersistentVolumeClaim>("persistentvolumeclaims");
        const logs = claims.filter(({ metadata }) => metadata?.name === "airflow-task-logs");
        assert.deepEqual(logs.map(({ metadata, status }) => [metadata?.namespace, status?.phase]).sort(), [
            ["airflow", "Bound"],
            ["team-analytics", "Bound"],
            ["team-billing", "Bound"],
        ]);
    });

    it("changes nothing when it is deployed again", async () => {
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        assert.match(output, /unchanged/);
        assert.doesNotMatch(output, /created|updated|replaced|deleted/);
    });
});

/** Once the DAG processor has read it. */
async function known(person: Person, dag: string): Promise<void> {
    await eventually(async () => ((await person.api.isPaused(dag)) === undefined ? undefined : true));
}
