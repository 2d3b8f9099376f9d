import assert from "node:assert/strict";

import { type PropertyMap } from "../../../rehearsal/engine/values/property.ts";
import { plainMap } from "../../../rehearsal/engine/values/secrecy.ts";
import { type Recording } from "../../../rehearsal/recording/recording.ts";
import { madeAtAws } from "../../../rehearsal/recording/recording.ts";
import { everythingBefore, only } from "../../golden/order.ts";
import { recordProduction } from "../../golden/production.ts";
import { recorded } from "../../support/recordings.ts";

const team = (name: string, more: object = {}) => ({
    name,
    owners: [`#${name}`],
    groups: { author: [`${name}-authors`] },
    dags: { kind: "local", path: `/opt/airflow/dags/${name}` },
    ...more,
});

/** A part of what a resource was given, as the chart or the API server reads it. */
function given(recording: Recording, name: string): Record<string, never> {
    return plainMap(only(recording, name).inputs as PropertyMap) as unknown as Record<string, never>;
}

interface TeamPod {
    readonly name: string;
    readonly pod: {
        readonly metadata: { readonly namespace: string };
        readonly spec: {
            readonly containers: readonly {
                readonly env: readonly { readonly name: string; readonly value?: string }[];
            }[];
            readonly volumes: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
        };
    };
}

function teamPod(recording: Recording, bundle: string): TeamPod {
    const { data } = given(recording, "team-executor-teams-1") as unknown as { data: Record<string, string> };
    return JSON.parse(data[`${bundle}.json`] ?? "") as TeamPod;
}

const variables = ({ pod }: TeamPod) =>
    Object.fromEntries((pod.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));

describe("a stack with two teams", function () {
    this.timeout(180_000);
    let deployed: Recording;
    let previewed: Recording;

    before(async () => {
        [deployed, previewed] = await Promise.all([
            recorded("dev", { preview: false }),
            recorded("dev", { preview: true }),
        ]);
    });

    it("has the same resources in a preview, where nothing is known yet", () => {
        const names = ({ resources }: Recording) => resources.map(({ name }) => name).sort();
        assert.deepEqual(names(previewed), names(deployed));
    });

    it("stands the gate before the first team's namespace, and both before Airflow", () => {
        const before = everythingBefore(deployed, "team-analytics-namespace");
        assert.ok(before.has("team-gate-pods-binding"));
        assert.ok(before.has("linkerd-control-plane"));
        const beforeAirflow = everythingBefore(deployed, "airflow-release");
        for (const name of [
            "team-analytics-airflow-task-launcher-binding",
            "team-billing-airflow-task-launcher-binding",
            "team-billing-quota",
            "team-billing-logs-claim",
            "team-executor-files",
            "team-executor-teams-1",
            "team-billing-policy-team-billing-network-default-deny",
        ]) {
            assert.ok(beforeAirflow.has(name), name);
        }
    });

    it("lets nobody run a task's pod beside Airflow", () => {
        assert.ok(!deployed.resources.some(({ name }) => name.startsWith("airflow-task-launcher")));
    });

    it("gives the pods of each team its own DAGs alone, and the logs' volume of its own namespace", () => {
        for (const name of ["analytics", "billing"]) {
            const entry = teamPod(deployed, name);
            const list = variables(entry).AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST ?? "";
            assert.deepEqual(
                (JSON.parse(list) as { name: string }[]).map((bundle) => bundle.name),
                [name],
            );
            assert.equal(entry.pod.metadata.namespace, `team-${name}`);
            assert.deepEqual(
                entry.pod.spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
                ["airflow-task-logs"],
            );
            const claim = given(deployed, `team-${name}-logs-claim`) as unknown as { spec: { volumeName: string } };
            assert.equal(claim.spec.volumeName, `team-${name}-airflow-task-logs`);
        }
    });

    it("has each team's DAG files read and triggers run in its own namespace, after Airflow and with its own login", () => {
        for (const name of ["analytics", "billing"]) {
            const before = everythingBefore(deployed, `team-${name}-dag-processor-deployment`);
            for (const needed of ["airflow-release", "airflow-team-rights-job", `team-${name}-namespace`]) {
                assert.ok(before.has(needed), needed);
            }
            for (const part of ["dag-processor", "triggerer"]) {
                const { metadata } = given(deployed, `team-${name}-${part}-deployment`) as unknown as {
                    metadata: { namespace: string };
                };
                assert.equal(metadata.namespace, `team-${name}`);
            }
        }
        const { values } = given(deployed, "airflow-release") as unknown as {
            values: Record<string, { enabled?: boolean }>;
        };
        assert.equal(values.dagProcessor?.enabled, false);
        assert.equal(values.triggerer?.enabled, false);
    });

    it("gives the rights to the database after its migration and before Airflow starts", () => {
        assert.ok(everythingBefore(deployed, "airflow-team-rights-job").has("airflow-migration-job"));
        assert.ok(everythingBefore(deployed, "airflow-release").has("airflow-team-rights-job"));
    });

    it("tells Airflow of the DAGs of every team", () => {
        const { values } = given(deployed, "airflow-release") as unknown as {
            values: { config: { dag_processor: { dag_bundle_config_list: string } } };
        };
        const bundles = JSON.parse(values.config.dag_processor.dag_bundle_config_list) as { name: string }[];
        assert.deepEqual(
            bundles.map(({ name }) => name),
            ["analytics", "billing"],
        );
    });

    it("decides by team what people may do, in the API server alone", () => {
        const { values } = given(deployed, "airflow-release") as unknown as {
            values: { apiServer: { env: object[] }; config: { core: { auth_manager: string } } };
        };
        assert.deepEqual(values.apiServer.env, [
            { name: "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS", value: "start_log.LOGGING_CONFIG" },
            { name: "AIRFLOW__CORE__AUTH_MANAGER", value: "team_auth_manager.TeamFabAuthManager" },
        ]);
        assert.match(values.config.core.auth_manager, /\.FabAuthManager$/);
        const settings = given(deployed, "login-settings") as unknown as { data: Record<string, string> };
        const { rolesByGroup } = JSON.parse(settings.data["login.json"] ?? "") as {
            rolesByGroup: Record<string, string[]>;
        };
        assert.deepEqual(rolesByGroup["analytics-authors"], ["team:analytics:author", "Team author"]);
        assert.deepEqual(rolesByGroup["platform-admins"], ["Admin"]);
    });

    it("cleans up after every team", () => {
        assert.match(JSON.stringify(given(deployed, "airflow-pod-cleanup-schedule")), /"team-analytics team-billing"/);
    });

    it("tells other stacks as whom each team's tasks run, also before anything is there", () => {
        for (const { outputs } of [deployed, previewed]) {
            assert.deepEqual((outputs.teams as PropertyMap).analytics, {
                namespace: "team-analytics",
                serviceAccount: "airflow-task",
                meshIdentity: "airflow-task.team-analytics.serviceaccount.identity.linkerd.cluster.local",
            });
        }
    });
});

describe("a stack without teams", function () {
    this.timeout(180_000);
    let deployed: Recording;

    before(async () => {
        deployed = await recordProduction();
    });

    const names = () => deployed.resources.map(({ name }) => name);

    it("runs its tasks apart from Airflow, as one team without a quota would, behind the same gate", () => {
        const home = given(deployed, "airflow-tasks-namespace") as unknown as {
            metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
        };
        assert.equal(home.metadata.name, "airflow-tasks");
        assert.equal(home.metadata.labels["airflow-linkerd.io/team"], "default");
        assert.equal(home.metadata.annotations["airflow-linkerd.io/owners"], "the platform team, #platform");
        assert.ok(!names().some((name) => name.endsWith("-quota")));
        assert.ok(everythingBefore(deployed, "airflow-tasks-namespace").has("team-gate-pods-binding"));
        assert.ok(everythingBefore(deployed, "airflow-release").has("airflow-tasks-airflow-task-launcher-binding"));
    });

    it("has no account for tasks among Airflow's own, and lets nobody make a pod there", () => {
        const { values } = given(deployed, "airflow-release") as unknown as {
            values: { workers: object; podTemplate: string; allowPodLaunching: boolean };
        };
        assert.deepEqual(values.workers, { serviceAccount: { create: false } });
        assert.doesNotMatch(values.podTemplate, /serviceAccountName/);
        assert.equal(values.allowPodLaunching, false);
        interface Rule {
            readonly resources: readonly string[];
            readonly verbs: readonly string[];
        }
        const makes = (verbs: readonly string[]) => verbs.includes("create") || verbs.includes("*");
        const makers = deployed.resources
            .filter(({ type }) => type === "kubernetes:rbac.authorization.k8s.io/v1:Role")
            .map(({ inputs }) => plainMap(inputs) as unknown as { metadata: { namespace: string }; rules: Rule[] })
            .filter(({ rules }) => rules.some(({ resources, verbs }) => makes(verbs) && resources.includes("pods")))
            .map(({ metadata }) => metadata.namespace);
        assert.deepEqual(makers, ["airflow-tasks"]);
    });

    it("puts nothing of Airflow's own where its tasks could mount it: only what fetches their DAGs", () => {
        const secrets = deployed.resources
            .filter(({ type }) => type === "kubernetes:core/v1:Secret")
            .map(({ inputs }) => (plainMap(inputs) as unknown as { metadata: Record<string, string> }).metadata)
            .filter(({ namespace }) => namespace === "airflow-tasks")
            .map(({ name }) => name);
        assert.deepEqual(secrets, ["airflow-dag-bundle-platform"]);
    });

    it("lets people in with the roles of Airflow, and the tasks of each of its bundles run alike", () => {
        const { values } = given(deployed, "airflow-release") as unknown as { values: { apiServer: { env: object } } };
        assert.doesNotMatch(JSON.stringify(values.apiServer), /TeamFabAuthManager/);
        const { name, pod } = teamPod(deployed, "platform");
        assert.equal(name, "default");
        assert.equal(pod.metadata.namespace, "airflow-tasks");
    });

    it("gives its tasks one role, which their account alone can have", () => {
        const association = given(deployed, "airflow-tasks-association") as unknown as Record<string, string>;
        assert.deepEqual([association.namespace, association.serviceAccount], ["airflow-tasks", "airflow-task"]);
        assert.ok(names().includes("airflow-tasks-logs-policy"));
        assert.ok(names().includes("airflow-tasks-secrets-policy"));
        assert.ok(!names().some((name) => name.startsWith("airflow-worker")));
    });
});

describe("a production stack with teams", function () {
    this.timeout(180_000);
    let deployed: Recording;

    const git = (name: string) => ({
        kind: "git",
        repository: `https://git.${name}.example.com/dags.git`,
        ref: "main",
    });
    const aws = {
        read: ["lake/shared"],
        write: ["lake/analytics"],
        secretsPath: "teams/analytics",
        policyArns: ["arn:aws:iam::123456789012:policy/analytics-extra"],
    };

    before(async () => {
        deployed = await recordProduction({
            airflow: ({ dagBundles: _, ...airflow }) => airflow,
            teams: () => [
                team("analytics", { dags: git("analytics"), aws }),
                team("billing", { dags: git("billing") }),
            ],
        });
    });

    const statements = (name: string) => {
        const { policy } = given(deployed, name) as unknown as { policy: string };
        return (JSON.parse(policy) as { Statement: { Action: string | string[]; Resource: string | string[] }[] })
            .Statement;
    };

    it("gives each team a role that its own account alone can have", () => {
        const association = given(deployed, "team-analytics-association") as unknown as Record<string, string>;
        assert.equal(association.namespace, "team-analytics");
        assert.equal(association.serviceAccount, "airflow-task");
        assert.ok(!deployed.resources.some(({ name }) => name.startsWith("airflow-worker")));
        const outputs = (deployed.outputs.teams as PropertyMap).analytics as PropertyMap;
        assert.equal(outputs.roleArn, madeAtAws(only(deployed, "team-analytics-role")).arn);
    });

    it("lets a team read its secrets and buckets, and the other team none of them", () => {
        const mine = JSON.stringify(statements("team-analytics-buckets-policy"));
        assert.match(mine, /arn:aws:s3:::lake\/analytics\/\*/);
        assert.match(mine, /arn:aws:s3:::lake\/shared\/\*/);
        assert.match(JSON.stringify(statements("team-analytics-secrets-policy")), /secret:teams\/analytics\/\*/);
        assert.equal(
            (given(deployed, "team-analytics-analytics-extra-attachment") as unknown as Record<string, string>)
                .policyArn,
            aws.policyArns[0],
        );
        const others = deployed.resources.filter(({ name }) => name.startsWith("team-billing-"));
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /lake|teams\/analytics/);
    });

    it("has the team's own folder of secrets looked up by its tasks", () => {
        const lookup = (name: string) =>
            variables(teamPod(deployed, name)).AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS ?? "";
        assert.match(lookup("analytics"), /"teams\/analytics\/connections"/);
        assert.doesNotMatch(lookup("billing"), /analytics/);
    });

    it("lets a team's tasks out to where its own DAGs come from, and not to the other team's", () => {
        const hosts = (namespace: string) =>
            JSON.stringify(
                deployed.resources
                    .filter(({ name }) => name.startsWith(`${namespace}-policy-${namespace}-tls-route`))
                    .map(({ inputs }) => inputs),
            );
        assert.match(hosts("team-analytics"), /git\.analytics\.example\.com/);
        assert.doesNotMatch(hosts("team-analytics"), /git\.billing/);
        assert.match(hosts("team-billing"), /git\.billing\.example\.com/);
        assert.match(hosts("team-analytics"), /lake\.s3\.eu-central-1/);
        assert.doesNotMatch(hosts("team-billing"), /lake/);
    });
});
