import assert from "node:assert/strict";

import {
    dagProcessorName,
    launchPodsLabel,
    startedByAnnotation,
    startedByUserAnnotation,
    teamLabel,
    triggererName,
} from "../../components/teams/team-names.ts";
import { eventually } from "./bare-cluster.ts";
import {
    administrator,
    type GateCluster,
    gateCluster,
    launching,
    scheduler,
    taskOf,
    team,
} from "./attacks/gate-cluster.ts";
import { image, own, type TaskPod, taskPod, token } from "./attacks/task-pod.ts";

// What it refuses is in attacks/.
describe("the gate of teams' namespaces", function () {
    this.timeout("3m");

    let at: GateCluster;
    before(async function () {
        // The first start builds the control plane.
        this.timeout("30m");
        at = await gateCluster();
    });

    it("lets the scheduler make a task's pod", async () => {
        assert.equal(await at.refusal(scheduler, taskPod(team)), undefined);
    });

    it("lets the scheduler say what is so anyway", async () => {
        const pod = taskPod(team, ({ metadata }) => {
            metadata.annotations["linkerd.io/inject"] = "enabled";
            metadata.annotations["config.linkerd.io/default-inbound-policy"] = "deny";
        });
        assert.equal(await at.refusal(scheduler, pod), undefined);
    });

    it("lets a pod have the tokens of Linkerd and AWS", async () => {
        for (const audience of ["identity.l5d.io", "pods.eks.amazonaws.com", "sts.amazonaws.com"]) {
            const pod = taskPod(team, ({ spec }) => spec.volumes.push(token(audience)));
            assert.equal(await at.refusal(scheduler, pod), undefined, audience);
        }
    });

    it("lets Kubernetes make the pods of the team's DAG processor and triggerer, and of nothing else", async () => {
        const replicaSets = "system:serviceaccount:kube-system:replicaset-controller";
        const part = (account: string, component: string) =>
            taskPod(team, ({ metadata, spec }) => {
                spec.serviceAccountName = account;
                metadata.labels.component = component;
                metadata.annotations["airflow-linkerd.io/fernet-keys"] = "1";
            });
        assert.equal(await at.refusal(replicaSets, part(dagProcessorName, "dag-processor")), undefined);
        assert.equal(await at.refusal(replicaSets, part(triggererName, "triggerer")), undefined);
        assert.match(
            (await at.refusal(replicaSets, part(dagProcessorName, "worker"))) ?? "",
            /neither DAG processor nor triggerer/,
        );
        assert.match(
            (await at.refusal(replicaSets, taskPod(team))) ?? "",
            /makes no pods here: Airflow's scheduler does/,
        );
        for (const [account, component] of [
            [dagProcessorName, "dag-processor"],
            [triggererName, "triggerer"],
        ] as const) {
            assert.match(
                (await at.refusal(scheduler, part(account, component))) ?? "",
                /a pod runs as airflow-task here/,
            );
        }
        assert.match(
            (await at.refusal(scheduler, part("airflow-task", "dag-processor"))) ?? "",
            /a task is neither DAG processor nor triggerer/,
        );
    });

    it("keeps the logins of the team's DAG processor and triggerer from every other pod", async () => {
        for (const name of [dagProcessorName, triggererName]) {
            const key = { name, key: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" };
            for (const change of [
                ({ spec }: TaskPod) => spec.volumes.push({ name: "stolen", secret: { secretName: name } }),
                ({ spec }: TaskPod) =>
                    spec.volumes.push({ name: "stolen", projected: { sources: [{ secret: { name } }] } }),
                ({ spec }: TaskPod) =>
                    (spec.containers[0].env = [{ name: "STOLEN", valueFrom: { secretKeyRef: key } }]),
                ({ spec }: TaskPod) => (spec.containers[0].envFrom = [{ secretRef: { name } }]),
            ]) {
                const refusal = await at.refusal(taskOf(launching), taskPod(launching, change));
                assert.match(refusal ?? "it was made", /the logins of the team's DAG processor and triggerer/);
            }
        }
    });

    it("lets a container say its user itself", async () => {
        const pod = taskPod(team, ({ spec }) => {
            delete spec.securityContext;
            spec.containers[0].securityContext = { ...own, runAsUser: 1000 };
        });
        assert.equal(await at.refusal(scheduler, pod), undefined);
    });

    it("lets the tasks of a team that launches pods make them, in their own namespace alone", async () => {
        const pod = taskPod(launching, ({ spec }) => {
            spec.initContainers = [{ name: "first", image, securityContext: own }];
            spec.containers.push({ name: "second", image, securityContext: own });
        });
        assert.equal(await at.refusal(taskOf(launching), pod), undefined);
        assert.match((await at.refusal(taskOf(launching), taskPod(team))) ?? "", /makes no pods here/);
    });

    it("gives the token for Kubernetes to a task that makes pods", async () => {
        const mounted = taskPod(launching, ({ spec }) => (spec.automountServiceAccountToken = true));
        assert.equal(await at.refusal(scheduler, mounted), undefined);
    });

    it("lets a task mark and delete a pod that it made", () => {
        const pod = taskPod(launching, ({ metadata }) => (metadata.name = "of-task"));
        const asTask = ["-n", launching, "--as", taskOf(launching)];
        assert.ok(at.cluster.kubectl(["create", "--as", taskOf(launching), "-f", "-"], pod).ok);
        assert.ok(at.cluster.kubectl(["label", "pod", "of-task", ...asTask, "already_checked=True"]).ok);
        assert.ok(at.cluster.kubectl(["delete", "pod", "of-task", ...asTask, "--wait=false"]).ok);
    });

    it("lets the scheduler mark a pod of its own as done", () => {
        const pod = taskPod(team, ({ metadata }) => (metadata.name = "ended"));
        assert.ok(at.cluster.kubectl(["create", "--as", scheduler, "-f", "-"], pod).ok);
        const args = ["label", "pod", "ended", "-n", team, "--as", scheduler, "airflow_executor_done=True"];
        assert.deepEqual(at.cluster.kubectl(args).ok, true);
    });

    it("takes it from the scheduler alone who started a task's run, and keeps it so", async () => {
        const started = taskPod(launching, ({ metadata }) => {
            metadata.name = "started";
            metadata.annotations[startedByAnnotation] = "person";
            metadata.annotations[startedByUserAnnotation] = "ann";
        });
        const why = /annotations of airflow-linkerd\.io\/ are Airflow's scheduler's: leave them as they are/;
        assert.match((await at.refusal(taskOf(launching), started)) ?? "", why);
        assert.ok(at.cluster.kubectl(["create", "--as", scheduler, "-f", "-"], started).ok);
        const annotate = (change: string) =>
            at.cluster.kubectl([
                ...["annotate", "pod", "started", "-n", launching, "--overwrite", "--as", taskOf(launching)],
                change,
            ]);
        for (const change of [
            `${startedByUserAnnotation}=bill`,
            `${startedByUserAnnotation}-`,
            "airflow-linkerd.io/more=true",
        ]) {
            assert.match(annotate(change).said, why, change);
        }
        assert.ok(annotate("example.com/note=mine").ok);
    });

    it("lets the platform change what makes a team", async () => {
        const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "other", namespace: team } };
        assert.equal(await at.refusal(administrator, account), undefined);
    });

    it("lets Kubernetes' own controllers keep what they own, and a namespace end", async () => {
        await eventually(async () =>
            (await at.cluster.list("v1", "ConfigMap", team)).find(
                ({ metadata }) => metadata?.name === "kube-root-ca.crt",
            ),
        );
        await at.namespace("team-leaving", { [teamLabel]: "leaving", [launchPodsLabel]: "true" });
        assert.ok(at.cluster.kubectl(["delete", "namespace", "team-leaving", "--timeout=60s"]).ok);
    });
});
