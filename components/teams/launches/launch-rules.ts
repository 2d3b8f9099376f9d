import { readFileSync } from "node:fs";

import { noTeam, taskLabels } from "../../task-labels.ts";
import { taskAccount, teamLabel, teamNamespace } from "../team-names.ts";
import { type Team } from "../team.ts";

/** The ConfigMap in a team's namespace with what its tasks know of pods that they make, or may not make. */
export const launchRulesConfigMap = "airflow-launch-rules";

/** By which policies know the pods of tasks: those that tasks make are bound by the same. */
const podLabels = { tier: "airflow", component: "worker", release: "airflow" };

/** The user of Airflow's image, for pods that say none: the gate lets none be root. */
const taskUser = { runAsUser: 50000, runAsGroup: 0 };

/** The image of a pod that names none. */
export interface PlatformImage {
    readonly reference: string;
    /** The Secret by which nodes pull it, in each namespace where it runs. Undefined where the registry does not ask. */
    readonly pullSecret?: string | undefined;
}

/** The files of the ConfigMap, by the names that Airflow looks for. */
export function launchRulesFiles(team: Team, { reference, pullSecret }: PlatformImage): Record<string, string> {
    return {
        "airflow_local_settings.py": readFileSync(new URL("launched_pod.py", import.meta.url), "utf8"),
        "launches.json": JSON.stringify({
            whose: team.name === noTeam ? "this platform" : `team ${team.name}`,
            owners: team.owners,
            key: team.name === noTeam ? "airflow.launchPods" : "launchPods",
            launches: team.launchPods ?? false,
            namespace: teamNamespace(team.name),
            serviceAccount: taskAccount,
            labels: { ...podLabels, [taskLabels.team]: team.name, [teamLabel]: team.name },
            user: taskUser,
            platformImage: reference,
            pullSecrets: pullSecret === undefined ? [] : [pullSecret],
            images: team.images ?? [],
        }),
    };
}

/** What a task's pod mounts of it, in the words of a pod's specification. */
export const launchRulesMount = {
    volumes: [{ name: "launch-rules", configMap: { name: launchRulesConfigMap } }],
    volumeMounts: ["airflow_local_settings.py", "launches.json"].map((file) => ({
        name: "launch-rules",
        // Where Airflow looks for its local settings.
        mountPath: `/opt/airflow/config/${file}`,
        subPath: file,
        readOnly: true,
    })),
};
