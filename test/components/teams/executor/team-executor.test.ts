import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { TeamExecutor } from "../../../../components/teams/executor/team-executor.ts";
import {
    executorFiles,
    type ExecutorTeam,
    executorValues,
} from "../../../../components/teams/executor/team-executor-values.ts";
import { underMocks } from "../../../support/mocks.ts";

const nothing = { env: [], volumes: [], volumeMounts: [] };
const analytics: ExecutorTeam = {
    team: {
        name: "analytics",
        owners: ["ann@example.com"],
        images: ["example.com/analytics:1"],
        placements: [{ nodeSelector: { pool: "gpu" } }],
    },
    bundle: "analytics-dags",
    parts: {
        env: [{ name: "ONE", value: "1" }],
        volumes: [{ name: "key", secret: { secretName: "key" } }],
        volumeMounts: [{ name: "key", mountPath: "/key" }],
    },
};
const billing: ExecutorTeam = { team: { name: "billing", owners: ["bill"] }, bundle: "billing", parts: nothing };

const create = () =>
    underMocks(
        ["kubernetes:core/v1:ConfigMap"],
        () => new TeamExecutor("teams", { namespace: "airflow", teams: [billing, analytics] }),
    );

describe("TeamExecutor", () => {
    it("delivers the executor and what it knows of each team, by bundle", async () => {
        const { registered } = await create();
        const data = registered.input("teams-files", "data") as Record<string, string>;
        for (const file of ["team_executor.py", "task_pod.py"]) {
            assert.equal(data[file], readFileSync(`components/teams/executor/${file}`, "utf8"));
        }
        const teams = JSON.parse(data["teams.json"] ?? "") as Record<string, unknown>;
        assert.deepEqual(Object.keys(teams), ["billing", "analytics-dags"]);
        assert.deepEqual(teams["analytics-dags"], {
            name: "analytics",
            owners: ["ann@example.com"],
            images: ["example.com/analytics:1"],
            placements: [{ nodeSelector: { pool: "gpu" }, tolerations: [], resources: [] }],
            pod: {
                metadata: { namespace: "team-analytics", labels: { "airflow-linkerd.io/team": "analytics" } },
                spec: {
                    serviceAccountName: "airflow-task",
                    containers: [
                        {
                            name: "base",
                            env: [{ name: "ONE", value: "1" }],
                            volumeMounts: [{ name: "key", mountPath: "/key" }],
                        },
                    ],
                    volumes: [{ name: "key", secret: { secretName: "key" } }],
                },
            },
        });
    });

    it("puts the files where Airflow finds a class, in the scheduler and the API server alone", () => {
        const files = executorFiles([billing]);
        const values = executorValues(files, [billing]) as Record<string, { extraVolumeMounts?: object[] }>;
        assert.equal(values.executor, "team_executor.TeamKubernetesExecutor");
        for (const component of ["scheduler", "apiServer"]) {
            assert.deepEqual(
                values[component]?.extraVolumeMounts,
                ["team_executor.py", "task_pod.py", "teams.json"].map((file) => ({
                    name: "team-executor",
                    mountPath: `/opt/airflow/plugins/${file}`,
                    subPath: file,
                    readOnly: true,
                })),
            );
        }
        assert.deepEqual(
            Object.keys(values).filter((key) => values[key]?.extraVolumeMounts !== undefined),
            ["scheduler", "apiServer"],
        );
    });

    it("has the scheduler watch the teams' namespaces and no others", async () => {
        const { made } = await create();
        assert.deepEqual((made.chartValues as { config: object }).config, {
            kubernetes_executor: {
                multi_namespace_mode: "True",
                multi_namespace_mode_namespace_list: "team-analytics,team-billing",
            },
        });
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
