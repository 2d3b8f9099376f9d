import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";

import { type DagRun, hasEnded } from "../../../rehearsal/dag/airflow-api.ts";
import { Containers } from "../../../rehearsal/containers.ts";
import { checkout } from "../../../rehearsal/place.ts";
import { type Attack, type Authority } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";
import { eventually } from "../bare-cluster.ts";
import { Stage } from "../stage.ts";
import { Person } from "./person.ts";
import { annotation, TaskPods } from "./task-pods.ts";

const DAG = "escapes";

/** What came of one run of the DAG: what Airflow says of each task, and the pods that there were. */
interface Outcome {
    readonly saidOf: ReadonlyMap<string, string>;
    readonly pods: readonly V1Pod[];
}

const has =
    (name: string) =>
    ({ spec }: V1Pod) =>
        spec?.volumes?.some((volume) => volume.name === name) ?? false;
const variable =
    (name: string) =>
    ({ spec }: V1Pod) =>
        spec?.containers[0]?.env?.some((entry) => entry.name === name) ?? false;

interface DagAttack extends Attack<Outcome> {
    /** Whether that is its pod, with what it asks for. */
    readonly gets: (pod: V1Pod) => boolean;
}

/** One task of the DAG, with what is said of it, and by what its pod shows that it got what it asked for. */
function asks(name: string, task: string, says: RegExp, succeeded: (pod: V1Pod) => boolean): DagAttack {
    const gets = (pod: V1Pod) => annotation(pod, "task_id") === task && succeeded(pod);
    return {
        name,
        says,
        gets,
        attempt: ({ saidOf, pods }) =>
            pods.some(gets) ? undefined : (saidOf.get(task) ?? "no pod of its like, and nobody says why"),
    };
}

const attacks: readonly DagAttack[] = [
    asks(
        "another team's namespace",
        "namespace",
        /pod_override sets metadata\.namespace/,
        ({ metadata }) => metadata?.namespace === "team-billing",
    ),
    asks(
        "another account",
        "account",
        /pod_override sets spec\.serviceAccountName/,
        ({ spec }) => spec?.serviceAccountName === "default",
    ),
    asks(
        "another team's label",
        "team_label",
        /pod_override sets metadata\.labels\.airflow-linkerd\.io\/team/,
        ({ metadata }) => metadata?.labels?.["airflow-linkerd.io/team"] === "billing",
    ),
    asks(
        "its node's network",
        "node_network",
        /pod_override sets spec\.hostNetwork/,
        ({ spec }) => spec?.hostNetwork === true,
    ),
    asks("its node's files", "node_files", /pod_override sets spec\.volumes/, has("taken")),
    asks("a Secret as a volume", "secret", /pod_override sets spec\.volumes/, has("taken")),
    asks(
        "a Secret as a variable",
        "secret_variable",
        /the variable TAKEN takes its value from elsewhere/,
        variable("TAKEN"),
    ),
    asks("a token for another service", "token_for_others", /pod_override sets spec\.volumes/, has("taken")),
    asks(
        "a pod without the mesh",
        "no_mesh",
        /pod_override sets metadata\.annotations\.linkerd\.io\/inject/,
        ({ spec }) => !(spec?.initContainers ?? []).some(({ name }) => name === "linkerd-proxy"),
    ),
    asks(
        "ports around the proxy",
        "ports_around_the_proxy",
        /pod_override sets metadata\.annotations\.config\.linkerd\.io\/skip-outbound-ports/,
        ({ spec }) =>
            (spec?.initContainers?.find(({ name }) => name === "linkerd-init")?.args ?? []).join(" ").endsWith(" 443"),
    ),
    asks(
        "another proxy image",
        "other_proxy",
        /pod_override sets metadata\.annotations\.config\.linkerd\.io\/proxy-image/,
        (pod) => annotation(pod, "config.linkerd.io/proxy-image") === "example.com/proxy",
    ),
    asks(
        "an init container of its own",
        "before_the_proxy",
        /pod_override sets spec\.initContainers/,
        ({ spec }) => spec?.initContainers?.some(({ name }) => name === "first") ?? false,
    ),
    asks(
        "a second container",
        "second_container",
        /pod_override has a container second/,
        ({ spec }) => spec?.containers.length === 2,
    ),
    asks(
        "an image of its own",
        "image",
        /the image example\.com\/miner:1 is not one of team analytics's images/,
        ({ spec }) => spec?.containers[0]?.image === "example.com/miner:1",
    ),
    asks(
        "privileges",
        "privileges",
        /pod_override sets spec\.containers\[base\]\.securityContext\.privileged/,
        ({ spec }) => spec?.containers[0]?.securityContext?.privileged === true,
    ),
    asks(
        "another role in AWS by a variable",
        "role_in_aws",
        /the variable AWS_ROLE_ARN is the platform's/,
        variable("AWS_ROLE_ARN"),
    ),
    asks(
        "another command in place of Airflow's",
        "command",
        /pod_override sets spec\.containers\[base\]\.command/,
        ({ spec }) => spec?.containers[0]?.command?.[0] === "sleep",
    ),
];

/** A stack with two teams, whose containers run as processes, with a DAG of one of them that tries to get out. */
class AttackedStage {
    readonly #stage = new Stage(Containers.processes);
    #person: Person | undefined;
    #pods: readonly TaskPods[] = [];

    async open(): Promise<void> {
        const stage = this.#stage;
        cpSync(join(checkout, "test/system/airflow/attack-dags"), join(stage.at.root, "dags"), { recursive: true });
        mkdirSync(join(stage.at.root, "dags", "billing"), { recursive: true });
        const team = (name: string) => ({
            name,
            owners: [`#${name}`],
            groups: { operator: [`${name}-authors`] },
            dags: { kind: "local", path: `/opt/airflow/dags/${name}`, refreshSeconds: 10 },
        });
        stage.configure({
            airflow: { logs: { kind: "volume", storageGb: 1, hostPath: "/var/lib/airflow-task-logs" } },
            teams: [team("analytics"), team("billing")],
        });
        console.log("      waiting for a stack with two teams, with its containers as processes");
        const { exitCode, output } = await stage.run("up");
        assert.equal(exitCode, 0, output);
        this.#person = await Person.logIn((await stage.door()).address, "ada");
        this.#pods = await Promise.all(
            ["team-analytics", "team-billing"].map((namespace) => TaskPods.follow(stage.at.kubeconfig, namespace)),
        );
        await eventually(async () => ((await this.person.api.isPaused(DAG)) === undefined ? undefined : true));
    }

    get person(): Person {
        return this.#person ?? assert.fail("nobody is logged in");
    }

    /** Runs the DAG to its end, or until it has got all that it asks for. */
    async attack(): Promise<Outcome> {
        const run = await this.person.trigger(DAG);
        const pods = await eventually(async () => {
            const seen = this.#pods.flatMap((each) => each.of(DAG, run.dag_run_id).map(({ pod }) => pod));
            const path = `/api/v2/dags/${DAG}/dagRuns/${encodeURIComponent(run.dag_run_id)}`;
            const { body } = await this.person.session.ask("GET", path);
            return hasEnded(body as DagRun) || attacks.every(({ gets }) => seen.some(gets)) ? seen : undefined;
        });
        return { saidOf: await this.#saidOf(run), pods };
    }

    /** Lets Airflow's own executor make the pods without a last look at them, and the API server take them. */
    async unguard(): Promise<void> {
        await this.#kubectl("delete", "validatingadmissionpolicybinding", "--all");
        const noHook = JSON.stringify({ data: { "airflow_local_settings.py": "" } });
        await this.#kubectl("patch", "configmap", "airflow-config", "-n", "airflow", "--type=merge", "-p", noHook);
        const scheduler = ["-n", "airflow", "deployment/airflow-scheduler"];
        const own = "AIRFLOW__CORE__EXECUTOR=KubernetesExecutor";
        await this.#kubectl("set", "env", ...scheduler, "-c", "scheduler", own);
        console.log("      waiting for a scheduler with Airflow's own executor");
        await this.#kubectl("rollout", "status", ...scheduler, "--timeout=300s");
    }

    /** The events of each task. */
    async #saidOf({ dag_run_id }: DagRun): Promise<ReadonlyMap<string, string>> {
        const query = `dag_id=${DAG}&run_id=${encodeURIComponent(dag_run_id)}&limit=1000`;
        const { body } = await this.person.session.ask("GET", `/api/v2/eventLogs?${query}`);
        const said = new Map<string, string>();
        for (const { task_id, extra } of (body as { event_logs: { task_id: string | null; extra: string | null }[] })
            .event_logs) {
            if (task_id !== null) {
                said.set(task_id, `${said.get(task_id) ?? ""}${extra ?? ""}\n`);
            }
        }
        return said;
    }

    async close(): Promise<void> {
        await Promise.all(this.#pods.map((each) => each.stop()));
        await this.#stage.close();
    }

    async #kubectl(...args: string[]): Promise<void> {
        const { exitCode, output } = await this.#stage.kubectl(...args);
        assert.equal(exitCode, 0, output);
    }
}

describe("a real DAG that tries to get out of its team", function () {
    this.timeout("20m");

    const stage = new AttackedStage();
    before(() => stage.open());
    after(() => stage.close());

    const executor: Authority<Outcome> = {
        name: "the executor of teams, in a stack",
        signature: [/Ask #analytics, who own team analytics\./],
        guarded: () => stage.attack(),
        unguarded: async () => {
            await stage.unguard();
            return stage.attack();
        },
    };
    refusesAttacks("a DAG's author", executor, attacks);
});
