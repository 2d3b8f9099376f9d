import assert from "node:assert/strict";

import { type V1NetworkPolicySpec } from "@kubernetes/client-node";

import { eventually } from "../bare-cluster.ts";
import { Person } from "./person.ts";
import { type RealStage, realStage } from "./real-stage.ts";
import { TaskPods } from "./task-pods.ts";

const DAG = "reach";
const LISTENING = 9999;

const kubeDns = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
    podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};
/** Addresses kept for documentation, which lead nowhere: what is let out finds no way at once, the rest is dropped. */
const listed = "203.0.113.7";
const unlisted = "198.51.100.7";

/** What a task needs, and one host. */
const tasksMayReach: V1NetworkPolicySpec = {
    podSelector: { matchLabels: { component: "worker" } },
    policyTypes: ["Ingress", "Egress"],
    egress: [
        { to: [kubeDns], ports: [{ port: 53, protocol: "UDP" }] },
        { to: [{ podSelector: { matchLabels: { component: "api-server" } } }], ports: [{ port: 8080 }] },
        { to: [{ ipBlock: { cidr: `${listed}/32` } }], ports: [{ port: 443 }] },
    ],
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
        await kubectl(undefined, "delete", "networkpolicy", "tasks", "-n", "airflow", "--ignore-not-found");
    });

    async function kubectl(input: object | undefined, ...args: string[]): Promise<void> {
        const { stage } = real;
        const text = input === undefined ? "" : JSON.stringify(input);
        const { exitCode, output } = await stage.kubectlWith(text, ...args);
        assert.equal(exitCode, 0, output);
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
            { name: "a host on the list", host: listed, port: 443 },
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

    it("reaches whatever answers in the cluster when no policy is about it", async () => {
        assert.deepEqual(await found(), {
            "Airflow's API server": "reached",
            PostgreSQL: "reached",
            PgBouncer: "reached",
            "another task": "reached",
            "the machine's metadata": "reached",
            "a host on the list": "Network is unreachable",
            "a host that is on no list": "Network is unreachable",
        });
    });

    it("reaches with its policy what it needs, and neither database, other tasks, the machine nor other hosts", async () => {
        await kubectl(
            {
                apiVersion: "networking.k8s.io/v1",
                kind: "NetworkPolicy",
                metadata: { name: "tasks", namespace: "airflow" },
                spec: tasksMayReach,
            },
            "apply",
            "-f",
            "-",
        );
        assert.deepEqual(await found(), {
            "Airflow's API server": "reached",
            PostgreSQL: "unanswered",
            PgBouncer: "unanswered",
            "another task": "unanswered",
            "the machine's metadata": "unanswered",
            "a host on the list": "Network is unreachable",
            "a host that is on no list": "unanswered",
        });
    });
});
