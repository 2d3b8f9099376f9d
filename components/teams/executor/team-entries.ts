import { taskLabels } from "../../task-labels.ts";
import { type TeamMachine } from "../access/team-machine.ts";
import { launchRulesMount } from "../launches/launch-rules.ts";
import { type Team } from "../team.ts";
import { taskAccount, teamLabel, teamNamespace } from "../team-names.ts";

/** What a team's pods have besides, in the words of a pod's specification: where their DAGs come from, above all. */
export interface TeamPodParts {
    readonly env: readonly object[];
    /** Defaults to none. */
    readonly envFrom?: readonly object[];
    readonly volumes: readonly object[];
    readonly volumeMounts: readonly object[];
}

/** A team with the DAG bundles that are its own, by which the executor tells its tasks. */
export interface ExecutorTeam {
    readonly team: Team;
    /** Names of the bundles. */
    readonly bundles: readonly string[];
    readonly parts: TeamPodParts;
    /** Defaults to none. */
    readonly machines?: readonly TeamMachine[];
    /** Whether its DAG files are read, and its triggers run, apart from those of others. */
    readonly isolated: boolean;
}

/**
 * The most bytes of entries in one ConfigMap, of which the API server takes 1 MiB. An object of 1.5 MiB is too large for
 * etcd, and what else is in a ConfigMap counts there.
 */
const mostBytes = 512 * 1024;

/**
 * What the executor knows of each team, a file for each of its bundles, by the ConfigMap that it is in: as many ConfigMaps as
 * the teams need. The order of the teams is kept, so that one more at the end changes no more than the last of them.
 */
export function teamConfigMaps(teams: readonly ExecutorTeam[]): Record<string, Record<string, string>> {
    const parts: Record<string, string>[] = [{}];
    let bytes = 0;
    for (const each of teams) {
        const text = JSON.stringify(entry(each));
        for (const bundle of each.bundles) {
            const file = `${bundle}.json`;
            const more = Buffer.byteLength(file) + Buffer.byteLength(text);
            if (bytes > 0 && bytes + more > mostBytes) {
                parts.push({});
                bytes = 0;
            }
            (parts.at(-1) as Record<string, string>)[file] = text;
            bytes += more;
        }
    }
    return Object.fromEntries(parts.map((part, index) => [`airflow-teams-${String(index + 1)}`, part]));
}

/** In the form that task_pod.py reads. */
function entry({ team, parts, machines = [] }: ExecutorTeam) {
    return {
        name: team.name,
        owners: team.owners,
        images: team.images ?? [],
        placements: (team.placements ?? []).map(({ nodeSelector, tolerations = [], resources = [] }) => ({
            nodeSelector,
            tolerations,
            resources,
        })),
        // Read by the API server alone.
        ...(machines.length === 0 ? {} : { machines }),
        pod: {
            metadata: {
                namespace: teamNamespace(team.name),
                labels: { [teamLabel]: team.name, [taskLabels.team]: team.name },
            },
            spec: {
                serviceAccountName: taskAccount,
                // The gate lets a pod have a token for the Kubernetes API only in the namespace of such a team.
                ...(team.launchPods ? { automountServiceAccountToken: true } : {}),
                containers: [
                    {
                        name: "base",
                        env: parts.env,
                        ...(parts.envFrom?.length ? { envFrom: parts.envFrom } : {}),
                        volumeMounts: [...parts.volumeMounts, ...launchRulesMount.volumeMounts],
                    },
                ],
                volumes: [...parts.volumes, ...launchRulesMount.volumes],
            },
        },
    };
}
