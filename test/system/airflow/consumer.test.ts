import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";
import { stringify } from "yaml";

import { Containers } from "../../../rehearsal/containers.ts";
import { destroy, type EngineOptions, type RunResult, up } from "../../../rehearsal/engine/engine.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { providerFactories } from "../../../rehearsal/providers/index.ts";
import { eventually } from "../bare-cluster.ts";
import { Stage, unheard } from "../stage.ts";
import { Person } from "./person.ts";

describe("another program beside the platform, examples/consumer", function () {
    this.timeout("9m");

    let stage: Stage;
    let consumer: EngineOptions;
    let deployed: RunResult;
    let airflow: string;

    before(async () => {
        stage = new Stage(Containers.processes);
        for (const folder of ["examples/dags", "test/system/airflow/team-dags"]) {
            cpSync(join(checkout, folder), join(stage.at.root, "dags"), { recursive: true });
        }
        console.log("      waiting for the dev stack with its two teams, with its containers as processes");
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        airflow = (await stage.door()).address;

        const configFile = join(stage.at.root, "config", "Pulumi.catalog.yaml");
        const config = {
            "catalog:platformStack": "organization/airflow-linkerd/dev",
            "catalog:team": "analytics",
            "kubernetes:kubeconfig": stage.at.kubeconfig,
        };
        writeFileSync(configFile, stringify({ config }));
        consumer = {
            projectFolder: join(checkout, "examples", "consumer"),
            stack: "catalog",
            configFile,
            stateFolder: stage.at.state,
            binFolder: stage.at.bin,
            providers: providerFactories,
            output: unheard(),
        };
        deployed = await up(consumer);
    });
    after(() => stage?.close());

    const run = async (persona: string, dag: string) => {
        const person = await Person.logIn(airflow, persona);
        await eventually(async () => ((await person.api.isPaused(dag)) === undefined ? undefined : true));
        const followed = await person.follow(dag, await person.trigger(dag));
        return { person, followed, result: (task: string) => person.api.result(dag, followed.run.dag_run_id, task) };
    };

    it("reads the platform's outputs, and comes up with a proxy in each pod", async () => {
        assert.ok(deployed.ok);
        assert.equal((deployed.outputs.teamCall as { namespace: string }).namespace, "catalog");
        const pods = await eventually(async () => {
            const all = (await stage.objects<V1Pod>("pods")).filter(
                ({ metadata }) => metadata?.namespace === "catalog",
            );
            const ready = all.filter(({ status }) =>
                status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"),
            );
            return ready.length > 0 ? ready : undefined;
        });
        assert.ok(pods.every(({ spec }) => spec?.initContainers?.some(({ name }) => name === "linkerd-proxy")));
    });

    it("answers the tasks of the team that it lets in", async () => {
        const { followed, result } = await run("ann", "products");
        assert.equal(followed.run.state, "success");
        assert.deepEqual(await result("name"), ["umbrella", "raincoat"]);
    });

    it("answers no task of another team", async () => {
        const { followed, result } = await run("bill", "strangers");
        assert.equal(followed.run.state, "success");
        // Its proxy may take the call and then find that nobody does.
        assert.match(String(await result("ask")), /^(refused: \w+|answered: (403|502|503|504) (?!umbrella))/);
    });

    it("goes again, and leaves the platform as it is", async () => {
        const { ok, changes } = await destroy(consumer);
        assert.ok(ok);
        assert.ok(changes.delete > 8);
        const { exitCode, output } = await stage.run("preview");
        assert.equal(exitCode, 0, output);
        const left = (await stage.objects<{ metadata: { name: string } }>("namespaces")).map(
            ({ metadata }) => metadata.name,
        );
        assert.ok(!left.includes("catalog"));
    });
});
