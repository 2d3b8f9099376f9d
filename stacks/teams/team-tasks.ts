import { tasks } from "../../components/airflow/connections/workloads.ts";
import { type DagBundle } from "../../components/airflow/dags/dag-bundles.ts";
import { type NonEmpty, type Workload } from "../../components/connection.ts";
import { type TeamRole, teamRoles } from "../../components/teams/access/team-roles.ts";
import { noTeam } from "../../components/task-labels.ts";
import { taskAccount, teamNamespace } from "../../components/teams/team-names.ts";
import { type PlatformConfig } from "../config.ts";
import { type ConfiguredTeam } from "../config/team.ts";

/** Whose tasks run in one namespace under one account: a team's, or in a stack without teams everybody's. */
export interface TaskOwner extends Pick<ConfiguredTeam, "team" | "egress" | "calls" | "aws"> {
    /** Where its DAGs come from, which nobody else's do. */
    readonly bundles: readonly DagBundle[];
}

/** What of a stack's config decides whose tasks there are. */
export type WithTasks = Pick<PlatformConfig, "teams" | "airflow" | "login">;

/** Every owner of tasks. Without teams it is one, without a limit, which has all DAGs and opens nothing of its own. */
export function taskOwners({ teams, airflow, login }: WithTasks): NonEmpty<TaskOwner> {
    const [first, ...rest] = teams.map(({ bundle, ...team }) => ({ ...team, bundles: [bundle] }));
    if (first !== undefined) {
        return [first, ...rest];
    }
    const owners = [login?.rules.contact ?? "the platform's engineers"];
    return [
        {
            team: { name: noTeam, owners, launchPods: airflow.launchPods },
            egress: [],
            calls: [],
            bundles: airflow.dagBundles,
        },
    ];
}

/** The pods of its tasks, as policies know them. */
export function tasksOf({ team }: Pick<TaskOwner, "team">): Workload {
    return tasks(teamNamespace(team.name), taskAccount);
}

/** Every kind of pod that tasks run in. */
export function allTasks(stack: WithTasks): NonEmpty<Workload> {
    const [first, ...rest] = taskOwners(stack);
    return [tasksOf(first), ...rest.map(tasksOf)];
}

/** Where DAGs come from: from one bundle for each team, or from the stack's own. */
export function dagBundlesOf(stack: WithTasks): readonly DagBundle[] {
    return taskOwners(stack).flatMap(({ bundles }) => bundles);
}

/** The roles that the team's groups have in Airflow. */
export function rolesInAirflow({ team, groups }: ConfiguredTeam): TeamRole[] {
    return teamRoles(team.name, groups);
}
