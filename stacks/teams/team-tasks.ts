import { tasks, teamDagProcessor, teamTriggerer } from "../../components/airflow/connections/workloads.ts";
import { type DagBundle } from "../../components/airflow/dags/dag-bundles.ts";
import { type NonEmpty, type Workload } from "../../components/connection.ts";
import { type TeamRole, teamRoles } from "../../components/teams/access/team-roles.ts";
import { dagProcessorName, taskAccount, teamNamespace, triggererName } from "../../components/teams/team-names.ts";
import { type PlatformConfig } from "../config.ts";
import { type ConfiguredTeam } from "../config/team.ts";

/** The pods of a team's tasks, as policies know them. */
export function tasksOf({ team }: ConfiguredTeam): Workload {
    return tasks(teamNamespace(team.name), taskAccount);
}

/** Whether a team has a DAG processor and a triggerer of its own, as it has unless it trusts the others. */
export function isIsolated({ isolation }: Pick<ConfiguredTeam, "isolation">): boolean {
    return isolation?.parse !== "shared";
}

/** Whether some DAGs are read, and some triggers run, by one DAG processor and one triggerer for all of them. */
export function sharesParsing(teams: readonly ConfiguredTeam[]): boolean {
    return teams.length === 0 || teams.some((team) => !isIsolated(team));
}

/** The team's own DAG processor. */
export function dagProcessorOf({ team }: ConfiguredTeam): Workload {
    return teamDagProcessor(teamNamespace(team.name), dagProcessorName);
}

/** The team's own triggerer. */
export function triggererOf({ team }: ConfiguredTeam): Workload {
    return teamTriggerer(teamNamespace(team.name), triggererName);
}

/** Where code of the team's authors runs. */
export function codeOf(team: ConfiguredTeam): NonEmpty<Workload> {
    return [tasksOf(team), ...(isIsolated(team) ? [dagProcessorOf(team), triggererOf(team)] : [])];
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
