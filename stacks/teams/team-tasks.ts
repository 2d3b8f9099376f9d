import { tasks } from "../../components/airflow/connections/workloads.ts";
import { type DagBundle } from "../../components/airflow/dags/dag-bundles.ts";
import { type NonEmpty, type Workload } from "../../components/connection.ts";
import { type TeamRole, teamRoles } from "../../components/teams/access/team-roles.ts";
import { taskAccount, teamNamespace } from "../../components/teams/team-names.ts";
import { type PlatformConfig } from "../config.ts";
import { type ConfiguredTeam } from "../config/team.ts";

/** The pods of a team's tasks, as policies know them. */
export function tasksOf({ team }: ConfiguredTeam): Workload {
    return tasks(teamNamespace(team.name), taskAccount);
}

/** Every kind of pod that tasks run in: each team's, or Airflow's own in a stack without teams. */
export function allTasks(teams: readonly ConfiguredTeam[]): NonEmpty<Workload> {
    const [first, ...rest] = teams.map(tasksOf);
    return first === undefined ? [tasks()] : [first, ...rest];
}

/** Where DAGs come from: from one bundle for each team, or from the stack's own. */
export function dagBundlesOf({ teams, airflow }: Pick<PlatformConfig, "teams" | "airflow">): readonly DagBundle[] {
    return teams.length === 0 ? airflow.dagBundles : teams.map(({ bundle }) => bundle);
}

/** The roles that the team's groups have in Airflow. */
export function rolesInAirflow({ team, groups }: ConfiguredTeam): TeamRole[] {
    return teamRoles(team.name, groups);
}
