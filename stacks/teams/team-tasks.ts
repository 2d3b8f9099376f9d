import { tasks, teamDagProcessor, teamTriggerer } from "../../components/airflow/connections/workloads.ts";
import { type DagBundle } from "../../components/airflow/dags/dag-bundles.ts";
import { type NonEmpty, type Workload } from "../../components/connection.ts";
import { type TeamRole, teamRoles } from "../../components/teams/access/team-roles.ts";
import { noTeam } from "../../components/task-labels.ts";
import { dagProcessorName, taskAccount, teamNamespace, triggererName } from "../../components/teams/team-names.ts";
import { type PlatformConfig } from "../config.ts";
import { type ConfiguredTeam, ParseIsolation } from "../config/teams/team.ts";

/** Whose tasks run in one namespace under one account: a team's, or in a stack without teams everybody's. */
export interface TaskOwner extends Pick<ConfiguredTeam, "team" | "groups" | "machines" | "egress" | "calls" | "aws"> {
    /** Where its DAGs come from, which nobody else's do. */
    readonly bundles: readonly DagBundle[];
    /** Whether its DAG files are read, and its triggers run, apart from those of others. */
    readonly isolated: boolean;
}

/** What of a stack's config decides whose tasks there are. */
export type WithTasks = Pick<PlatformConfig, "teams" | "airflow" | "login">;

/** Every owner of tasks. Without teams it is one, without a limit, which has all DAGs and calls nobody of its own. */
export function taskOwners({ teams, airflow, login }: WithTasks): NonEmpty<TaskOwner> {
    const [first, ...rest] = teams.map(({ bundle, ...team }) => ({
        ...team,
        bundles: [bundle],
        isolated: isIsolated(team),
    }));
    if (first !== undefined) {
        return [first, ...rest];
    }
    const owners = [login?.rules.contact ?? "the platform's engineers"];
    return [
        {
            team: { name: noTeam, owners, launchPods: airflow.launchPods },
            groups: {},
            machines: [],
            egress: [],
            calls: [],
            aws: airflow.aws,
            bundles: airflow.dagBundles,
            isolated: false,
        },
    ];
}

/** The pods of its tasks, as policies know them. */
export function tasksOf({ team }: Pick<TaskOwner, "team">): Workload {
    return tasks(teamNamespace(team.name), taskAccount);
}

/** Whether a team has a DAG processor and a triggerer of its own, as it has unless it trusts the others. */
export function isIsolated({ isolation }: Pick<ConfiguredTeam, "isolation">): boolean {
    return isolation?.parse !== ParseIsolation.shared;
}

/** Whether some DAGs are read, and some triggers run, by one DAG processor and one triggerer for all of them. */
export function sharesParsing(owners: readonly TaskOwner[]): boolean {
    return owners.some(({ isolated }) => !isolated);
}

/** The owner's own DAG processor, where it is isolated. */
export function dagProcessorsOf({ team, isolated }: Pick<TaskOwner, "team" | "isolated">): Workload[] {
    return isolated ? [teamDagProcessor(teamNamespace(team.name), dagProcessorName)] : [];
}

/** The owner's own triggerer, where it is isolated. */
export function triggerersOf({ team, isolated }: Pick<TaskOwner, "team" | "isolated">): Workload[] {
    return isolated ? [teamTriggerer(teamNamespace(team.name), triggererName)] : [];
}

/** Where code of the owner's authors runs, as far as it is the owner's alone. */
export function codeOf(owner: TaskOwner): NonEmpty<Workload> {
    return [tasksOf(owner), ...dagProcessorsOf(owner), ...triggerersOf(owner)];
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
