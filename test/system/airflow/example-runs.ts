import { join } from "node:path";

import { type V1Secret } from "@kubernetes/client-node";

import { type DagRun } from "../../../rehearsal/dag/airflow-api.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { eventually } from "../bare-cluster.ts";
import { type KnownSecrets, knownSecrets, placeholder, searchFor } from "./known-secrets.ts";
import { logText, type ObservedRun, Person } from "./person.ts";
import { type RealStage, realStage } from "./real-stage.ts";
import { TaskPods } from "./task-pods.ts";

/** One run of each example DAG, all at once. */
export interface ExampleRuns {
    readonly real: RealStage;
    readonly author: Person;
    readonly pods: TaskPods;
    readonly values: ObservedRun;
    readonly mapped: ObservedRun;
    readonly patient: ObservedRun;
    readonly greeting: ObservedRun;
    readonly flaky: ObservedRun;
    /** What Airflow showed of the first try of `flaky` while it went on. */
    readonly logWhileRunning: string;
    readonly surroundings: ObservedRun;
    /** What `surroundings` was to search for. */
    readonly secrets: KnownSecrets;
}

let shared: Promise<ExampleRuns> | undefined;

/** The runs that every test looks at, on the stage that all share. */
export function exampleRuns(): Promise<ExampleRuns> {
    shared ??= runAll();
    return shared;
}

after(async () => {
    await (await shared)?.pods.stop();
});

async function runAll(): Promise<ExampleRuns> {
    const real = await realStage();
    const { stage } = real;
    const applied = await stage.kubectl("apply", "-f", join(checkout, "examples", "greeter.yaml"));
    if (applied.exitCode !== 0) {
        throw new Error(applied.output);
    }
    const pods = await TaskPods.follow(stage.at.kubeconfig);
    const [author, admin] = [await Person.logIn(real.airflow, "otto"), await Person.logIn(real.airflow, "ada")];
    const secrets = knownSecrets(await stage.objects<V1Secret>("secrets"));

    console.log("      waiting for a run of each example DAG");
    const observed = async (dag: string, conf?: object) => author.follow(dag, await author.trigger(dag, conf));
    const hold = "supplier-has-seen";
    const held = await author.trigger("flaky", { hold });
    const [logWhileRunning, flaky, values, mapped, patient, greeting, surroundings] = await Promise.all([
        runningLog(author, held).finally(() => admin.setVariable(hold, "the log")),
        author.follow("flaky", held),
        observed("values"),
        observed("mapped"),
        observed("patient"),
        observed("greeting", { name: "otto" }),
        observed("surroundings", searchFor({ ...secrets, [placeholder.name]: placeholder.value })),
    ]);
    await admin.session.close();
    return { real, author, pods, values, mapped, patient, greeting, flaky, logWhileRunning, surroundings, secrets };
}

/** The log of the first try, read while it went on: it goes on until it is let go. */
function runningLog({ api }: Person, { dag_run_id: run }: DagRun): Promise<string> {
    return eventually(async () => {
        const [task] = await api.taskInstances("flaky", run);
        if (task?.state !== "running") {
            return undefined;
        }
        const log = logText(await api.log("flaky", run, task));
        return log.includes("knocking") ? log : undefined;
    });
}
