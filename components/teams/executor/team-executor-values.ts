import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { type ChartValues } from "../../chart-values.ts";
import { noTeam } from "../../task-labels.ts";
import { teamNamespace } from "../team-names.ts";
import { type ExecutorTeam, teamConfigMaps } from "./team-entries.ts";

/** The ConfigMap with the executor's code. */
export const executorConfigMap = "airflow-team-executor";

/** Read by whoever runs the executor: the scheduler, and the API server, which asks it for logs. */
const executorSources = ["executor/team_executor.py", "executor/task_pod.py", "executor/run_trigger.py"];

/** How many requests the API server works on at once, and by what they came. For the API server alone. */
const guardSources = ["access/guarded_auth_manager.py", "access/public_scheme.py", "access/request_lanes.py"];

/**
 * Decide who may do what with a team's DAGs, where there are teams. For the API server alone, which people and tasks talk
 * to.
 */
const accessSources = ["access/team_auth_manager.py", "access/task_borders.py", "access/machines.py"];

/** The files of the ConfigMap: Airflow finds the executor's class in its folder of plugins. */
export function executorFiles(teams: readonly ExecutorTeam[]): Record<string, string> {
    const sources = [...executorSources, ...guardSources, ...(haveRights(teams) ? accessSources : [])];
    return Object.fromEntries(
        sources.map((source) => [basename(source), readFileSync(new URL(`../${source}`, import.meta.url), "utf8")]),
    );
}

/** Whether teams have rights of their own in Airflow. Without teams everybody has those of one of Airflow's own roles. */
function haveRights(teams: readonly ExecutorTeam[]): boolean {
    return teams.some(({ team }) => team.name !== noTeam);
}

/** Where Airflow looks for code that is not its own. */
const plugins = "/opt/airflow/plugins";

/** The folder beside the code in which it looks for the teams. */
export const teamsFolder = "teams";

/**
 * What Airflow's chart must be told. The scheduler makes the pods, and the API server looks for the logs of those that
 * run; both read the teams when they start.
 */
export function executorValues(files: Readonly<Record<string, string>>, teams: readonly ExecutorTeam[]): ChartValues {
    const entries = teamConfigMaps(teams);
    const mounted = (names: readonly string[]) => ({
        extraVolumes: [
            { name: "team-executor", configMap: { name: executorConfigMap } },
            {
                name: "teams",
                projected: { sources: Object.keys(entries).map((name) => ({ configMap: { name } })) },
            },
        ],
        extraVolumeMounts: [
            ...names.map((file) => ({
                name: "team-executor",
                mountPath: `${plugins}/${file}`,
                subPath: file,
                readOnly: true,
            })),
            { name: "teams", mountPath: `${plugins}/${teamsFolder}`, readOnly: true },
        ],
        podAnnotations: { "airflow-linkerd.io/teams-sha256": sha256(JSON.stringify([files, entries])) },
    });
    const names = Object.keys(files);
    const namespaces = teams.map(({ team }) => teamNamespace(team.name)).sort();
    const shared = teams.filter(({ isolated }) => !isolated);
    const someIsolated = shared.length < teams.length;
    return {
        executor: "team_executor.TeamKubernetesExecutor",
        // Only the scheduler asks for it, and only there is the module that it takes the hook from.
        airflowLocalSettings: localSettings,
        scheduler: mounted(
            names.filter((file) => ![...guardSources, ...accessSources].some((source) => basename(source) === file)),
        ),
        apiServer: {
            ...mounted(names),
            // Here alone: the others, and above all the migration, keep the class that Airflow's own packages have.
            env: [
                {
                    name: "AIRFLOW__CORE__AUTH_MANAGER",
                    value: haveRights(teams)
                        ? "team_auth_manager.TeamFabAuthManager"
                        : "guarded_auth_manager.GuardedFabAuthManager",
                },
            ],
        },
        config: {
            kubernetes_executor: {
                // The chart's own multiNamespaceMode would give the scheduler every namespace of the cluster.
                multi_namespace_mode: "True",
                multi_namespace_mode_namespace_list: namespaces.join(","),
            },
            // Says on each trigger whose it is, so that the team's own triggerer runs it and no other.
            ...(someIsolated ? { core: { multi_team: "True" } } : {}),
        },
        ...(shared.length === 0
            ? { dagProcessor: { enabled: false }, triggerer: { enabled: false } }
            : someIsolated
              ? // Told which bundles are its own, it leaves the others alone.
                {
                    dagProcessor: {
                        args: [
                            "bash",
                            "-c",
                            `exec airflow dag-processor ${shared.flatMap(({ bundles }) => bundles.map((bundle) => `-B ${bundle}`)).join(" ")}`,
                        ],
                    },
                }
              : {}),
    };
}

const localSettings = `
def pod_mutation_hook(pod):
    from team_executor import pod_mutation_hook as look_once_more

    look_once_more(pod)
`.trimStart();

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
