import assert from "node:assert/strict";

import { gatePolicies } from "../../components/teams/admission/gate-policies.ts";
import {
    imagesAnnotation,
    launchPodsLabel,
    ownersAnnotation,
    taskAccount,
    teamLabel,
} from "../../components/teams/team-names.ts";
import { values } from "../rehearsal/charts/values.ts";
import { type AnyObject, type BareCluster, eventually, startBareCluster } from "./bare-cluster.ts";

const scheduler = "system:serviceaccount:airflow:airflow-scheduler";
const image = "apache/airflow:3.3.2";
const ask = "Ask ann@example.com or #team-analytics.";

/** A team's namespace, one where its tasks make pods themselves, and one that the gate does not guard. */
const [team, launching, unguarded] = ["team-analytics", "team-launching", "unguarded"];

interface TaskPod extends AnyObject {
    metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> };
}

type Change = (pod: TaskPod) => void;

/** A task's pod as the executor makes it, before the mesh adds its proxy. */
function taskPod(namespace: string, change: Change = () => undefined): TaskPod {
    const pod: TaskPod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: "one",
            namespace,
            labels: { [teamLabel]: namespace.replace("team-", "") },
            annotations: { "config.linkerd.io/shutdown-grace-period": "10s" },
        },
        spec: {
            serviceAccountName: taskAccount,
            automountServiceAccountToken: false,
            containers: [
                {
                    name: "base",
                    image,
                    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                    volumeMounts: [{ name: "dags-key", mountPath: "/etc/dags-key" }],
                },
            ],
            volumes: [{ name: "dags-key", secret: { secretName: "dags" } }],
        },
    };
    change(pod);
    return pod;
}

const own = { allowPrivilegeEscalation: false };
const token = (audience?: string) => ({
    name: "token",
    projected: { sources: [{ serviceAccountToken: { path: "token", ...(audience && { audience }) } }] },
});

/** Each by what its author tries, with the rule that refuses it. */
const attacks: Readonly<Record<string, readonly [Change, RegExp]>> = {
    "another account": [
        ({ spec }) => (spec.serviceAccountName = "default"),
        /a pod runs as airflow-task here, not as default/,
    ],
    "another team's label": [
        ({ metadata }) => (metadata.labels[teamLabel] = "billing"),
        /a pod has the label airflow-linkerd.io\/team: analytics/,
    ],
    "no team's label": [({ metadata }) => (metadata.labels = {}), /a pod has the label airflow-linkerd.io\/team/],
    "no proxy": [
        ({ metadata }) => (metadata.annotations["linkerd.io/inject"] = "disabled"),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ],
    "a proxy of its own": [
        ({ spec }) =>
            (spec.initContainers = [
                { name: "linkerd-proxy", image: "example.com/proxy:1", restartPolicy: "Always", securityContext: own },
            ]),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ],
    "a proxy that ends at once": [
        ({ spec }) =>
            (spec.initContainers = [
                { name: "linkerd-proxy", image: "cr.l5d.io/linkerd/proxy:1", securityContext: own },
            ]),
        /a pod has Linkerd's proxy, as the mesh adds it/,
    ],
    "another proxy image by annotation": [
        ({ metadata }) => (metadata.annotations["config.linkerd.io/proxy-image"] = "example.com/proxy"),
        /annotations of linkerd.io are the platform's/,
    ],
    "ports around the proxy": [
        ({ metadata }) => (metadata.annotations["config.linkerd.io/skip-outbound-ports"] = "1-65535"),
        /annotations of linkerd.io are the platform's/,
    ],
    "a policy of its own": [
        ({ metadata }) => (metadata.annotations["config.linkerd.io/default-inbound-policy"] = "all-unauthenticated"),
        /annotations of linkerd.io are the platform's/,
    ],
    "an alpha setting of the proxy": [
        ({ metadata }) => (metadata.annotations["config.alpha.linkerd.io/proxy-wait-before-exit-seconds"] = "9999"),
        /annotations of linkerd.io are the platform's/,
    ],
    "an init container before the proxy": [
        ({ spec }) => (spec.initContainers = [{ name: "first", image, securityContext: own }]),
        /a task's pod has no init containers of its own/,
    ],
    "a second container": [
        ({ spec }) => spec.containers.push({ name: "second", image, securityContext: own }),
        /a task's pod has one container, base/,
    ],
    "an image of its own": [
        ({ spec }) => (spec.containers[0].image = "example.com/miner:1"),
        /images here are apache\/airflow:3.3.2, example.com\/analytics:1, not example.com\/miner:1/,
    ],
    "its node's network": [
        ({ spec }) => (spec.hostNetwork = true),
        /shares neither network nor processes with its node/,
    ],
    "its node's processes": [({ spec }) => (spec.hostPID = true), /shares neither network nor processes with its node/],
    "its node's memory": [({ spec }) => (spec.hostIPC = true), /shares neither network nor processes with its node/],
    "its node's port": [
        ({ spec }) => (spec.containers[0].ports = [{ containerPort: 80, hostPort: 80 }]),
        /a pod takes no port of its node/,
    ],
    "its node's files": [
        ({ spec }) => spec.volumes.push({ name: "node", hostPath: { path: "/" } }),
        /volumes here are of emptyDir, configMap/,
    ],
    "a driver's volume": [
        ({ spec }) => spec.volumes.push({ name: "csi", csi: { driver: "secrets-store.csi.k8s.io" } }),
        /volumes here are of emptyDir, configMap/,
    ],
    "a volume of another server": [
        ({ spec }) => spec.volumes.push({ name: "nfs", nfs: { server: "10.0.0.1", path: "/" } }),
        /volumes here are of emptyDir, configMap/,
    ],
    privileges: [
        ({ spec }) => (spec.containers[0].securityContext = { privileged: true }),
        /a container takes no privileges/,
    ],
    "a way to privileges": [
        ({ spec }) => (spec.containers[0].securityContext = { allowPrivilegeEscalation: true }),
        /a container takes no privileges/,
    ],
    "a way to privileges by saying nothing": [
        ({ spec }) => delete spec.containers[0].securityContext,
        /a container takes no privileges/,
    ],
    "a capability": [
        ({ spec }) => (spec.containers[0].securityContext = { ...own, capabilities: { add: ["NET_ADMIN"] } }),
        /a container takes no privileges/,
    ],
    "a token for the Kubernetes API": [
        ({ spec }) => (spec.automountServiceAccountToken = true),
        /a pod has no token for the Kubernetes API/,
    ],
    "such a token by a volume": [
        ({ spec }) => spec.volumes.push(token()),
        /tokens in volumes are for identity.l5d.io, pods.eks.amazonaws.com, sts.amazonaws.com/,
    ],
    "a token for another service": [
        ({ spec }) => spec.volumes.push(token("vault")),
        /tokens in volumes are for identity.l5d.io/,
    ],
};

describe("the gate of teams' namespaces", function () {
    this.timeout("3m");

    let cluster: BareCluster;
    before(async function () {
        // The first start builds the control plane.
        this.timeout("30m");
        cluster = await startBareCluster();
        const namespace = (name: string, labels: Record<string, string>, images = `${image},example.com/analytics:1`) =>
            cluster.create({
                apiVersion: "v1",
                kind: "Namespace",
                metadata: {
                    name,
                    labels,
                    annotations: {
                        "linkerd.io/inject": "enabled",
                        "config.linkerd.io/default-inbound-policy": "deny",
                        [ownersAnnotation]: "ann@example.com or #team-analytics",
                        [imagesAnnotation]: images,
                    },
                },
            });
        await cluster.create({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "linkerd", labels: { "linkerd.io/is-control-plane": "true" } },
        });
        await cluster.create({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "linkerd-identity-trust-roots", namespace: "linkerd" },
            data: { "ca-bundle.crt": "roots" },
        });
        await cluster.install("linkerd-control-plane", "linkerd", values["linkerd-control-plane"] ?? {});
        for (const { name, spec } of gatePolicies({ scheduler, proxyImage: "cr.l5d.io/linkerd/proxy" })) {
            const metadata = { name };
            const apiVersion = "admissionregistration.k8s.io/v1";
            await cluster.create({ apiVersion, kind: "ValidatingAdmissionPolicy", metadata, spec });
            await cluster.create({
                apiVersion,
                kind: "ValidatingAdmissionPolicyBinding",
                metadata,
                spec: { policyName: name, validationActions: ["Deny"] },
            });
        }
        await namespace(team, { [teamLabel]: "analytics" });
        await namespace(launching, { [teamLabel]: "launching", [launchPodsLabel]: "true" });
        await namespace(unguarded, {});
        for (const name of [team, launching, unguarded]) {
            await cluster.create({
                apiVersion: "v1",
                kind: "ServiceAccount",
                metadata: { name: taskAccount, namespace: name },
            });
        }
        // Everybody here may do everything with pods by RBAC: what refuses is the gate alone.
        for (const name of [
            scheduler,
            `system:serviceaccount:${team}:${taskAccount}`,
            `system:serviceaccount:${launching}:${taskAccount}`,
        ]) {
            await cluster.create({
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "ClusterRoleBinding",
                metadata: { name: name.replaceAll(":", "-") },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
                subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name }],
            });
        }
        // All objects in namespaces, and no namespace itself.
        await cluster.create({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "almighty" },
            rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["create", "update", "patch", "get", "bind"] }],
        });
        await cluster.create({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: "almighty" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "almighty" },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "almighty" }],
        });
        await eventually(() =>
            Promise.resolve(attempt(scheduler, taskPod(unguarded)) === undefined ? true : undefined),
        );
        await eventually(() => Promise.resolve(attempt("system:admin", taskPod(team))));
    });
    after(() => cluster?.stop());

    /** Why somebody may not create an object; undefined where nothing stands in the way. */
    const attempt = (user: string, object: AnyObject, ...flags: string[]): string | undefined => {
        const groups = user === "system:admin" ? ["--as-group", "system:masters"] : [];
        const args = ["create", "--dry-run=server", "--as", user, ...groups, ...flags, "-f", "-"];
        const { ok, said } = cluster.kubectl(args, object);
        return ok ? undefined : said;
    };

    it("lets the scheduler make a task's pod", () => {
        assert.equal(attempt(scheduler, taskPod(team)), undefined);
    });

    it("lets the scheduler say what is so anyway", () => {
        const pod = taskPod(team, ({ metadata }) => {
            metadata.annotations["linkerd.io/inject"] = "enabled";
            metadata.annotations["config.linkerd.io/default-inbound-policy"] = "deny";
        });
        assert.equal(attempt(scheduler, pod), undefined);
    });

    it("lets a pod have the tokens of Linkerd and AWS", () => {
        for (const audience of ["identity.l5d.io", "pods.eks.amazonaws.com", "sts.amazonaws.com"]) {
            const pod = taskPod(team, ({ spec }) => spec.volumes.push(token(audience)));
            assert.equal(attempt(scheduler, pod), undefined, audience);
        }
    });

    for (const [what, [change, why]] of Object.entries(attacks)) {
        it(`refuses a task's pod with ${what}, and nothing else would`, () => {
            const refusal = attempt(scheduler, taskPod(team, change)) ?? "it was made";
            assert.match(refusal, why);
            assert.ok(refusal.includes("team analytics: ") && refusal.includes(ask), refusal);
            assert.equal(attempt(scheduler, taskPod(unguarded, change)), undefined);
        });
    }

    it("refuses pods of anybody but the scheduler, administrators included", () => {
        const task = `system:serviceaccount:${team}:${taskAccount}`;
        for (const user of ["system:admin", task]) {
            assert.match(attempt(user, taskPod(team)) ?? "", /makes no pods here: Airflow's scheduler does/);
            assert.equal(attempt(user, taskPod(unguarded)), undefined);
        }
    });

    it("lets the tasks of a team that launches pods make them, in their own namespace and under the same rules", () => {
        const task = `system:serviceaccount:${launching}:${taskAccount}`;
        const pod = (change: Change) =>
            taskPod(launching, (made) => {
                made.spec.initContainers = [{ name: "first", image, securityContext: own }];
                made.spec.containers.push({ name: "second", image, securityContext: own });
                change(made);
            });
        assert.equal(
            attempt(
                task,
                pod(() => undefined),
            ),
            undefined,
        );
        assert.match(
            attempt(
                task,
                pod(({ spec }) => (spec.hostNetwork = true)),
            ) ?? "",
            /neither network nor processes/,
        );
        const [addImage, why] = [
            ({ spec }: AnyObject) => spec.containers.push({ name: "third", image: "busybox", securityContext: own }),
            /images here are .*, not busybox/,
        ];
        assert.match(attempt(task, pod(addImage)) ?? "", why);
        assert.match(attempt(task, taskPod(team)) ?? "", /makes no pods here/);
    });

    it("gives the token for Kubernetes to a task that makes pods, and to none of those pods", () => {
        const task = `system:serviceaccount:${launching}:${taskAccount}`;
        const withToken = taskPod(launching, ({ spec }) => (spec.automountServiceAccountToken = true));
        assert.equal(attempt(scheduler, withToken), undefined);
        assert.match(attempt(task, withToken) ?? "", /a pod has no token for the Kubernetes API/);
        const byVolume = taskPod(launching, ({ spec }) => spec.volumes.push({ ...token(), name: "kube-api-access-x" }));
        assert.equal(attempt(scheduler, byVolume), undefined);
        assert.match(attempt(task, byVolume) ?? "", /tokens in volumes are for/);
    });

    it("lets tasks that make pods pretend to no task, and touch none", () => {
        const task = `system:serviceaccount:${launching}:${taskAccount}`;
        for (const label of ["airflow-worker", "kubernetes_executor"]) {
            const forged = taskPod(launching, ({ metadata }) => (metadata.labels[label] = "True"));
            assert.match(
                attempt(task, forged) ?? "",
                /a pod that a task makes has none of the labels airflow-worker and/,
            );
            assert.equal(attempt(scheduler, forged), undefined);
        }
        const named = (name: string, change: Change = () => undefined) =>
            taskPod(launching, (pod) => {
                pod.metadata.name = name;
                change(pod);
            });
        const ofAirflow = named("of-airflow", ({ metadata }) => (metadata.labels.kubernetes_executor = "True"));
        assert.ok(cluster.kubectl(["create", "--as", scheduler, "-f", "-"], ofAirflow).ok);
        assert.ok(cluster.kubectl(["create", "--as", task, "-f", "-"], named("of-task")).ok);
        const asTask = (...args: string[]) => cluster.kubectl([...args, "-n", launching, "--as", task]);
        for (const args of [
            ["label", "pod", "of-airflow", "kubernetes_executor-"],
            ["annotate", "pod", "of-airflow", "dag_id=other"],
            ["delete", "pod", "of-airflow", "--wait=false"],
        ]) {
            assert.match(asTask(...args).said, /a task's own pod is Airflow's/, args.join(" "));
        }
        assert.match(asTask("label", "pod", "of-task", "airflow-worker=7").said, /has none of the labels/);
        assert.ok(asTask("label", "pod", "of-task", "already_checked=True").ok);
        assert.ok(asTask("delete", "pod", "of-task", "--wait=false").ok);
    });

    it("refuses to change a pod's team once it is there", async () => {
        assert.ok(cluster.kubectl(["create", "--as", scheduler, "-f", "-"], taskPod(team)).ok);
        const label = (name: string) =>
            cluster.kubectl([
                "label",
                "pod",
                "one",
                "-n",
                name,
                "--overwrite",
                "--as",
                scheduler,
                `${teamLabel}=billing`,
            ]);
        assert.match(label(team).said, /a pod has the label airflow-linkerd.io\/team: analytics/);
        assert.ok(cluster.kubectl(["create", "--as", scheduler, "-f", "-"], taskPod(unguarded)).ok);
        assert.ok(label(unguarded).ok);
    });

    it("lets the scheduler mark a pod of its own as done", () => {
        const args = ["label", "pod", "one", "-n", team, "--as", scheduler, "airflow_executor_done=True"];
        assert.deepEqual(cluster.kubectl(args).ok, true);
    });

    for (const [verb, args] of Object.entries({
        exec: ["exec", "one", "--", "id"],
        attach: ["attach", "one"],
        portforward: ["create", "--raw", "/api/v1/namespaces/NAMESPACE/pods/one/portforward?ports=8080", "-f", "-"],
        ephemeralcontainers: ["debug", "one", "--image=busybox", "--attach=false"],
    })) {
        it(`refuses everybody ${verb} of a task's pod`, () => {
            const ask = (namespace: string) =>
                cluster.kubectl(["-n", namespace, ...args.map((arg) => arg.replace("NAMESPACE", namespace))]);
            const { ok, said } = ask(team);
            assert.equal(ok, false);
            assert.match(said, new RegExp(`nobody enters a task's pod: ${verb} is refused to everybody`));
            assert.doesNotMatch(ask(unguarded).said, /nobody enters/);
        });
    }

    it("refuses a token of the team's account to all but nodes", () => {
        const asks = (user: string, groups: string[], within: string) =>
            cluster.kubectl([
                ...["create", "token", taskAccount, "-n", within, "--as", user],
                ...groups.flatMap((group) => ["--as-group", group]),
            ]);
        const editor = `system:serviceaccount:${team}:${taskAccount}`;
        assert.match(asks(editor, [], team).said, /may not ask for a token of another account/);
        assert.ok(asks(editor, [], unguarded).ok);
    });

    const chainObjects: Readonly<Record<string, AnyObject>> = {
        "a quota": {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "more" },
            spec: { hard: { pods: "1000" } },
        },
        "an account": { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "other" } },
        "a Secret": { apiVersion: "v1", kind: "Secret", metadata: { name: "other" } },
        "a ConfigMap": { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } },
        "a NetworkPolicy": {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "open" },
            spec: { podSelector: {}, egress: [{}], policyTypes: ["Egress"] },
        },
        "a binding": {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "RoleBinding",
            metadata: { name: "more" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
            subjects: [{ kind: "ServiceAccount", name: taskAccount, namespace: team }],
        },
    };
    for (const [what, object] of Object.entries(chainObjects)) {
        it(`refuses ${what} of anybody but the platform`, () => {
            // More than any task or DAG's author has: all of a namespace's objects by RBAC.
            const almighty = "almighty";
            const within = (namespace: string) => ({ ...object, metadata: { ...object.metadata, namespace } });
            assert.match(
                attempt(almighty, within(team)) ?? "",
                /may not change \w+ here: they come from the platform's config/,
            );
            assert.equal(attempt(almighty, within(unguarded)), undefined);
            assert.equal(attempt("system:admin", within(team)), undefined);
        });
    }

    it("lets Kubernetes' own controllers keep what they own, and a namespace end", async () => {
        await eventually(async () =>
            (await cluster.list("v1", "ConfigMap", team)).find(({ metadata }) => metadata?.name === "kube-root-ca.crt"),
        );
        assert.ok(cluster.kubectl(["delete", "namespace", launching, "--timeout=60s"]).ok);
    });
});
