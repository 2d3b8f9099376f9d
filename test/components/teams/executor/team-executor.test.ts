import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { noTeam } from "../../../../components/task-labels.ts";
import { TeamExecutor } from "../../../../components/teams/executor/team-executor.ts";
import { type ExecutorTeam, teamConfigMaps } from "../../../../components/teams/executor/team-entries.ts";
import { executorFiles, executorValues } from "../../../../components/teams/executor/team-executor-values.ts";
import { launchRulesMount } from "../../../../components/teams/launches/launch-rules.ts";
import { underMocks } from "../../../support/mocks.ts";

const nothing = { env: [], volumes: [], volumeMounts: [] };
const analytics: ExecutorTeam = {
    team: {
        name: "analytics",
        owners: ["ann@example.com"],
        images: ["example.com/analytics:1"],
        placements: [{ nodeSelector: { pool: "gpu" } }],
    },
    bundles: ["analytics-dags"],
    parts: {
        env: [{ name: "ONE", value: "1" }],
        volumes: [{ name: "key", secret: { secretName: "key" } }],
        volumeMounts: [{ name: "key", mountPath: "/key" }],
    },
    isolated: true,
};
const billing: ExecutorTeam = {
    team: { name: "billing", owners: ["bill"] },
    bundles: ["billing"],
    parts: nothing,
    isolated: true,
};

type Files = Readonly<Record<string, string>>;

const create = () =>
    underMocks(
        ["kubernetes:core/v1:ConfigMap"],
        () => new TeamExecutor("teams", { namespace: "airflow", teams: [billing, analytics] }),
    );

describe("TeamExecutor", () => {
    it("delivers the executor and what it knows of each team, by bundle", async () => {
        const { registered } = await create();
        const data = registered.input("teams-files", "data") as Record<string, string>;
        for (const file of [
            "executor/team_executor.py",
            "executor/task_pod.py",
            "executor/run_trigger.py",
            "access/guarded_auth_manager.py",
            "access/public_scheme.py",
            "access/request_lanes.py",
            "access/team_auth_manager.py",
            "access/task_borders.py",
            "access/machines.py",
        ]) {
            assert.equal(data[basename(file)], readFileSync(`components/teams/${file}`, "utf8"));
        }
        assert.deepEqual(registered.input("teams-teams-1", "metadata"), {
            name: "airflow-teams-1",
            namespace: "airflow",
        });
        const teams = registered.input("teams-teams-1", "data") as Record<string, string>;
        assert.deepEqual(Object.keys(teams).sort(), ["analytics-dags.json", "billing.json"]);
        assert.deepEqual(JSON.parse(teams["analytics-dags.json"] ?? ""), {
            name: "analytics",
            owners: ["ann@example.com"],
            images: ["example.com/analytics:1"],
            placements: [{ nodeSelector: { pool: "gpu" }, tolerations: [], resources: [] }],
            pod: {
                metadata: {
                    namespace: "team-analytics",
                    labels: { "airflow-linkerd.io/team": "analytics", team: "analytics" },
                },
                spec: {
                    serviceAccountName: "airflow-task",
                    containers: [
                        {
                            name: "base",
                            env: [{ name: "ONE", value: "1" }],
                            volumeMounts: [{ name: "key", mountPath: "/key" }, ...launchRulesMount.volumeMounts],
                        },
                    ],
                    volumes: [{ name: "key", secret: { secretName: "key" } }, ...launchRulesMount.volumes],
                },
            },
        });
    });

    it("puts the files where Airflow finds a class, in the scheduler and the API server alone", () => {
        const files = executorFiles([billing]);
        const values = executorValues(files, [billing]) as Record<
            string,
            { extraVolumes?: object[]; extraVolumeMounts?: object[] }
        >;
        assert.equal(values.executor, "team_executor.TeamKubernetesExecutor");
        const executor = ["team_executor.py", "task_pod.py", "run_trigger.py"];
        const guards = ["guarded_auth_manager.py", "public_scheme.py", "request_lanes.py"];
        for (const [component, expected] of Object.entries({
            scheduler: executor,
            // People and tasks talk to it, so it decides what they may do.
            apiServer: [...executor, ...guards, "team_auth_manager.py", "task_borders.py", "machines.py"],
        })) {
            assert.deepEqual(values[component]?.extraVolumeMounts, [
                ...expected.map((file) => ({
                    name: "team-executor",
                    mountPath: `/opt/airflow/plugins/${file}`,
                    subPath: file,
                    readOnly: true,
                })),
                { name: "teams", mountPath: "/opt/airflow/plugins/teams", readOnly: true },
            ]);
            assert.deepEqual(values[component]?.extraVolumes, [
                { name: "team-executor", configMap: { name: "airflow-team-executor" } },
                { name: "teams", projected: { sources: [{ configMap: { name: "airflow-teams-1" } }] } },
            ]);
        }
        assert.deepEqual(
            Object.keys(values).filter((key) => values[key]?.extraVolumeMounts !== undefined),
            ["scheduler", "apiServer"],
        );
    });

    it("has the API server decide by team what people may do, and nobody else load what decides", () => {
        const values = executorValues(executorFiles([billing]), [billing]) as Record<string, { env?: object[] }>;
        assert.deepEqual(values.apiServer?.env, [
            { name: "AIRFLOW__CORE__AUTH_MANAGER", value: "team_auth_manager.TeamFabAuthManager" },
        ]);
        assert.doesNotMatch(JSON.stringify({ ...values, apiServer: {} }), /TeamFabAuthManager/);
    });

    it("tells the tasks of all bundles alike in a stack without teams, whose people have Airflow's own roles", () => {
        const all: ExecutorTeam[] = [{ ...billing, team: { name: noTeam, owners: ["ada"] }, bundles: ["a", "b"] }];
        const files = executorFiles(all);
        const { "a.json": a, "b.json": b } = Object.assign({}, ...Object.values(teamConfigMaps(all))) as Files;
        assert.equal(a, b);
        assert.deepEqual((JSON.parse(a ?? "") as { pod: { metadata: object } }).pod.metadata, {
            namespace: "airflow-tasks",
            labels: { "airflow-linkerd.io/team": noTeam, team: noTeam },
        });
        assert.ok(!("team_auth_manager.py" in files));
        const values = JSON.stringify(executorValues(files, all));
        assert.doesNotMatch(values, /team_auth_manager/);
        assert.match(values, /guarded_auth_manager.GuardedFabAuthManager/);
    });

    it("gives a token for the Kubernetes API to tasks that make pods, and to no others", () => {
        const automounts = (launchPods: boolean) => {
            const teams = teamConfigMaps([{ ...billing, team: { ...billing.team, launchPods } }]);
            const { pod } = JSON.parse(teams["airflow-teams-1"]?.["billing.json"] ?? "") as { pod: { spec: object } };
            return (pod.spec as { automountServiceAccountToken?: boolean }).automountServiceAccountToken;
        };
        assert.equal(automounts(true), true);
        assert.equal(automounts(false), undefined);
    });

    it("has the scheduler watch the teams' namespaces and no others", async () => {
        const { made } = await create();
        assert.deepEqual((made.chartValues as { config: object }).config, {
            kubernetes_executor: {
                multi_namespace_mode: "True",
                multi_namespace_mode_namespace_list: "team-analytics,team-billing",
            },
            core: { multi_team: "True" },
        });
    });

    it("leaves the chart its own DAG processor and triggerer for the teams that share them, and no others", () => {
        const parts = (teams: ExecutorTeam[]) => {
            const { dagProcessor, triggerer, config } = executorValues({}, teams) as Record<string, object>;
            return { dagProcessor, triggerer, multiTeam: (config as { core?: object }).core !== undefined };
        };
        const shared = { ...billing, isolated: false };
        assert.deepEqual(parts([analytics, billing]), {
            dagProcessor: { enabled: false },
            triggerer: { enabled: false },
            multiTeam: true,
        });
        assert.deepEqual(parts([analytics, shared]), {
            dagProcessor: { args: ["bash", "-c", "exec airflow dag-processor -B billing"] },
            triggerer: undefined,
            multiTeam: true,
        });
        assert.deepEqual(parts([shared]), { dagProcessor: undefined, triggerer: undefined, multiTeam: false });
    });

    it("restarts scheduler and API server when a team changes, and only then", () => {
        const annotations = (teams: ExecutorTeam[]) =>
            (executorValues(executorFiles(teams), teams) as { scheduler: { podAnnotations: object } }).scheduler
                .podAnnotations;
        assert.deepEqual(annotations([billing]), annotations([{ ...billing }]));
        assert.notDeepEqual(annotations([billing]), annotations([billing, analytics]));
        const more: ExecutorTeam = { ...billing, team: { ...billing.team, images: ["example.com/billing:1"] } };
        assert.notDeepEqual(annotations([billing]), annotations([more]));
    });

    it("has Airflow look once more at each pod, in a hook that Helm's templates leave as it is", () => {
        const { airflowLocalSettings } = executorValues({}, []) as { airflowLocalSettings: string };
        assert.match(airflowLocalSettings, /^def pod_mutation_hook\(pod\):$/m);
        assert.doesNotMatch(airflowLocalSettings, /\{\{|\}\}/);
    });
});
