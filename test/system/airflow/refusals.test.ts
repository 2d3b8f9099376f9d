import assert from "node:assert/strict";

import { eventually } from "../bare-cluster.ts";
import { Person } from "./person.ts";
import { type RealStage, realStage } from "./real-stage.ts";
import { TaskPods } from "./task-pods.ts";

const DAG = "reach";
const LISTENING = 9999;

/** An address kept for documentation, which leads nowhere: what is let out finds no way at once, the rest is dropped. */
const unlisted = "198.51.100.7";

const opening = "open-for-a-test";
const namespaces = ["airflow", "airflow-tasks"];

/** Policies add up, so that these take the place of all that the program has at both ends. */
const open = {
    apiVersion: "v1",
    kind: "List",
    items: namespaces.map((namespace) => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: opening, namespace },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    })),
};

interface Found {
    readonly found: Readonly<Record<string, string>>;
}

describe("A task", function () {
    this.timeout("10m");

    let real: RealStage;
    let author: Person;
    let pods: TaskPods;

    before(async () => {
        real = await realStage();
        await real.healthy();
        author = await Person.logIn(real.airflow, "otto");
        pods = await TaskPods.follow(real.stage.at.kubeconfig);
    });

    after(async () => {
        await pods?.stop();
        // Without a stage, the start of this has failed and said so.
        await (real && close());
    });

    async function close(): Promise<void> {
        for (const namespace of namespaces) {
            const named = ["networkpolicy", opening, "--namespace", namespace];
            const { exitCode, output } = await real.stage.kubectl("delete", ...named, "--ignore-not-found");
            assert.equal(exitCode, 0, output);
        }
    }

    /** Lets a task listen while another calls it and everything else that is of interest. */
    async function found(): Promise<Readonly<Record<string, string>>> {
        const listening = await author.trigger(DAG, { listen_seconds: 45 });
        const task = await eventually(async () => {
            const running = (await author.api.taskInstances(DAG, listening.dag_run_id)).find(
                ({ task_id, state }) => task_id === "listen" && state === "running",
            );
            return running && pods.of(DAG, listening.dag_run_id).find(({ pod }) => isListener(pod));
        });
        const inAirflow = (name: string) => `${name}.airflow.svc.cluster.local`;
        const targets = [
            { name: "Airflow's API server", host: inAirflow("airflow-api-server"), port: 8080 },
            { name: "PostgreSQL", host: inAirflow("airflow-postgresql"), port: 5432 },
            { name: "PgBouncer", host: inAirflow("airflow-pgbouncer"), port: 6543 },
            { name: "another task", host: task.pod.status?.podIP ?? "", port: LISTENING },
            { name: "the machine's metadata", host: "169.254.169.254", port: 80 },
            { name: "a host that is on no list", host: unlisted, port: 443 },
        ];
        const calling = await author.follow(DAG, await author.trigger(DAG, { targets }));
        assert.equal(calling.run.state, "success");
        const result = (await author.api.result(DAG, calling.run.dag_run_id, "call")) as Found;
        await author.follow(DAG, listening);
        return result.found;
    }

    const isListener = ({ metadata }: { metadata?: { labels?: Record<string, string> } }) =>
        metadata?.labels?.task_id === "listen";

    it("would reach the databases, other tasks, the machine and other hosts if policies let it", async () => {
        const { exitCode, output } = await real.stage.kubectlWith(JSON.stringify(open), "apply", "-f", "-");
        assert.equal(exitCode, 0, output);
        assert.deepEqual(await found(), {
            "Airflow's API server": "reached",
            PostgreSQL: "reached",
            PgBouncer: "reached",
            "another task": "reached",
            "the machine's metadata": "reached",
            "a host that is on no list": "Network is unreachable",
        });
    });

    it("reaches Airflow's API server, and nothing of all that", async () => {
        await close();
        assert.deepEqual(await found(), {
            "Airflow's API server": "reached",
            PostgreSQL: "unanswered",
            PgBouncer: "unanswered",
            "another task": "unanswered",
            "the machine's metadata": "unanswered",
            "a host that is on no list": "unanswered",
        });
    });
});
