import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { airflowUser } from "../../../components/airflow/airflow-image.ts";
import { tasks } from "../../../components/airflow/connections/workloads.ts";
import { defaultQuota, type Team } from "../../../components/teams/team.ts";
import { TeamNamespace } from "../../../components/teams/team-namespace.ts";
import { underMocks, value, waitedFor } from "../../support/mocks.ts";

const kinds = [
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:ResourceQuota",
    "kubernetes:core/v1:LimitRange",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
];

const analytics: Team = { name: "analytics", owners: ["ann@example.com", "#team-analytics"] };

const create = (team: Team = analytics, pullSecret?: string, people?: readonly string[]) =>
    underMocks(
        kinds,
        () =>
            new TeamNamespace("team-analytics", {
                team,
                platformImage: { reference: "apache/airflow:3.3.2", pullSecret },
                inboundPolicy: { "config.linkerd.io/default-inbound-policy": "deny" },
                scheduler: { namespace: "airflow", name: "airflow-scheduler" },
                apiServer: { namespace: "airflow", name: "airflow-api-server" },
                podCleanup: { namespace: "airflow", name: "airflow-cleanup" },
                ...(people && { people }),
                accountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/analytics" },
            }),
    );

describe("TeamNamespace", () => {
    it("says on the namespace whose it is, whom to ask and which images run there", async () => {
        const { registered } = await create({ ...analytics, images: ["example.com/analytics:1"] });
        const metadata = (path: string) => registered.input("team-analytics-namespace", `metadata.${path}`);
        assert.equal(metadata("name"), "team-analytics");
        assert.deepEqual(metadata("labels"), {
            "airflow-linkerd.io/team": "analytics",
            "pod-security.kubernetes.io/enforce": "privileged",
            "pod-security.kubernetes.io/audit": "restricted",
        });
        assert.deepEqual(metadata("annotations"), {
            "linkerd.io/inject": "enabled",
            "config.linkerd.io/default-inbound-policy": "deny",
            "airflow-linkerd.io/owners": "ann@example.com or #team-analytics",
            "airflow-linkerd.io/images": "apache/airflow:3.3.2,example.com/analytics:1",
        });
    });

    it("has one account, with a role in IAM and without a token for the Kubernetes API", async () => {
        const { made, registered } = await create();
        assert.equal(registered.ofType("kubernetes:core/v1:ServiceAccount").length, 1);
        assert.equal(registered.input("team-analytics-account", "automountServiceAccountToken"), false);
        assert.deepEqual(registered.input("team-analytics-account", "metadata.annotations"), {
            "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/analytics",
        });
        assert.equal(await value(made.serviceAccount), "airflow-task");
    });

    it("gives Airflow's components the rights that they need there, and no others, and tasks none", async () => {
        const { registered } = await create();
        const rights = registered.ofType("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").map(({ inputs }) => {
            const { metadata, subjects, roleRef } = inputs as {
                metadata: { name: string };
                subjects: { name: string; namespace: string }[];
                roleRef: { name: string };
            };
            assert.equal(metadata.name, roleRef.name);
            return [subjects.map(({ name, namespace }) => `${namespace}/${name}`).join(), metadata.name];
        });
        assert.deepEqual(Object.fromEntries(rights), {
            "airflow/airflow-scheduler": "airflow-task-launcher",
            "airflow/airflow-api-server": "airflow-log-reader",
            "airflow/airflow-cleanup": "airflow-cleanup",
        });
        assert.deepEqual(registered.input("team-analytics-airflow-task-launcher-role", "rules"), [
            {
                apiGroups: [""],
                resources: ["pods"],
                verbs: ["create", "get", "list", "watch", "patch", "delete"],
            },
        ]);
        assert.deepEqual(registered.input("team-analytics-airflow-log-reader-role", "rules"), [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
            { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
        ]);
        assert.deepEqual(registered.input("team-analytics-airflow-cleanup-role", "rules"), [
            { apiGroups: [""], resources: ["pods"], verbs: ["list", "delete"] },
        ]);
    });

    it("lets the team's people look at pods, their logs and events, and at nothing else", async () => {
        const { registered } = await create(analytics, undefined, ["oidc:analysts", "oidc:leads"]);
        assert.deepEqual(registered.input("team-analytics-airflow-people-role", "rules"), [
            { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
            { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
            { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch"] },
        ]);
        assert.deepEqual(
            registered.input("team-analytics-airflow-people-binding", "subjects"),
            ["oidc:analysts", "oidc:leads"].map((name) => ({
                apiGroup: "rbac.authorization.k8s.io",
                kind: "Group",
                name,
            })),
        );
        assert.equal(registered.input("team-analytics-airflow-people-binding", "metadata.namespace"), "team-analytics");
    });

    it("lets tasks make pods in their own namespace where the team launches pods, and nowhere else", async () => {
        const { registered } = await create({ ...analytics, launchPods: true });
        assert.equal(
            registered.input("team-analytics-namespace", "metadata.labels.airflow-linkerd\\.io/launch-pods"),
            "true",
        );
        assert.deepEqual(registered.input("team-analytics-airflow-pod-launcher-binding", "subjects"), [
            { kind: "ServiceAccount", namespace: "team-analytics", name: "airflow-task" },
        ]);
        assert.equal(
            registered.input("team-analytics-airflow-pod-launcher-role", "metadata.namespace"),
            "team-analytics",
        );
    });

    it("tells tasks in their own process which pods they may make, or that they may make none", async () => {
        for (const launchPods of [true, false]) {
            const { registered } = await create({ ...analytics, launchPods });
            assert.equal(registered.input("team-analytics-launch-rules", "metadata.name"), "airflow-launch-rules");
            const files = registered.input("team-analytics-launch-rules", "data") as Record<string, string>;
            assert.equal(
                files["airflow_local_settings.py"],
                readFileSync("components/teams/launches/launched_pod.py", "utf8"),
            );
            const rules = JSON.parse(files["launches.json"] ?? "") as Record<string, unknown>;
            assert.equal(rules.launches, launchPods);
            assert.deepEqual(rules.owners, analytics.owners);
            assert.equal(rules.namespace, "team-analytics");
            assert.equal(rules.serviceAccount, "airflow-task");
            const { runAsUser, runAsGroup } = airflowUser;
            assert.deepEqual(rules.user, { runAsUser, runAsGroup });
            // Without them no policy would let such a pod call anybody.
            const { labels } = tasks("team-analytics", "airflow-task");
            assert.deepEqual(rules.labels, { ...labels, team: "analytics", "airflow-linkerd.io/team": "analytics" });
        }
    });

    it("tells them by which Secret nodes pull the platform's image, where its registry asks who pulls", async () => {
        for (const [pullSecret, told] of [
            [undefined, []],
            ["airflow-image-pull", ["airflow-image-pull"]],
        ] as const) {
            const { registered } = await create({ ...analytics, launchPods: true }, pullSecret);
            const files = registered.input("team-analytics-launch-rules", "data") as Record<string, string>;
            const rules = JSON.parse(files["launches.json"] ?? "") as Record<string, unknown>;
            assert.equal(rules.platformImage, "apache/airflow:3.3.2");
            assert.deepEqual(rules.pullSecrets, told);
        }
    });

    it("lets tasks that make pods read why one does not start, and its log, and enter none", async () => {
        const { registered } = await create({ ...analytics, launchPods: true });
        assert.deepEqual(registered.input("team-analytics-airflow-pod-launcher-role", "rules"), [
            { apiGroups: [""], resources: ["pods"], verbs: ["create", "get", "list", "watch", "patch", "delete"] },
            { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
            { apiGroups: [""], resources: ["events"], verbs: ["get", "list", "watch"] },
        ]);
    });

    it("limits what the team's pods take together, and what a container takes that says nothing", async () => {
        const quota = { pods: 7, cpu: "3", memory: "12Gi", ephemeralStorage: "9Gi" };
        const { registered } = await create({ ...analytics, quota });
        assert.deepEqual(registered.input("team-analytics-quota", "spec.hard"), {
            pods: "7",
            "requests.cpu": "3",
            "requests.memory": "12Gi",
            "limits.memory": "12Gi",
            "requests.ephemeral-storage": "9Gi",
            "limits.ephemeral-storage": "9Gi",
            services: "0",
            persistentvolumeclaims: "1",
        });
        const limits = registered.input("team-analytics-limits", "spec.limits.0") as Record<string, object>;
        assert.deepEqual(Object.keys(limits.defaultRequest ?? {}).sort(), ["cpu", "ephemeral-storage", "memory"]);
        assert.deepEqual(Object.keys(limits.default ?? {}).sort(), ["ephemeral-storage", "memory"]);
    });

    it("takes what the cluster has where nobody set a quota, and is called after tasks where there are no teams", async () => {
        const { registered } = await create({ name: "default", owners: ["ada"] });
        assert.deepEqual(registered.ofType("kubernetes:core/v1:ResourceQuota"), []);
        assert.equal(registered.input("team-analytics-namespace", "metadata.name"), "airflow-tasks");
        const label = "metadata.labels.airflow-linkerd\\.io/team";
        assert.equal(registered.input("team-analytics-namespace", label), "default");
    });

    it("is ready once it has limits, and Airflow its rights", async () => {
        const { made } = await create({ ...analytics, quota: defaultQuota });
        const before = await waitedFor(made.namespace);
        for (const part of ["quota", "limits", "airflow-task-launcher-binding", "airflow-log-reader-binding"]) {
            assert.ok(before.includes(`team-analytics-${part}`), part);
        }
    });

    it("keeps everything under itself and in its namespace", async () => {
        const { registered } = await create();
        for (const { name } of registered.resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
            assert.equal(registered.parentOf(name), "team-analytics", name);
            if (name !== "team-analytics-namespace") {
                assert.equal(registered.input(name, "metadata.namespace"), "team-analytics", name);
            }
        }
    });
});
