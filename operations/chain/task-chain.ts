import { type DagBundle, DagBundleKind } from "../../components/airflow/dags/dag-bundles.ts";
import { type ConnectionTable } from "../../components/connection.ts";
import { workloadIdentity } from "../../components/mesh/workload-identity.ts";
import { noTeam } from "../../components/task-labels.ts";
import { defaultQuota, type TeamPlacement, type TeamQuota } from "../../components/teams/team.ts";
import { type PlatformConfig } from "../../stacks/config.ts";
import { connectionTable } from "../../stacks/connections.ts";
import { type TaskOwner, taskOwners, tasksOf } from "../../stacks/teams/team-tasks.ts";
import { type TaskRole, taskRole } from "./aws-rights.ts";
import { calls, hosts, type Reach } from "./reach.ts";

/** As whom the tasks of a team run, and what that lets them do: what the stack's config makes of its entry. */
export interface TaskChain {
    /** `default` for all tasks of a stack without teams. */
    readonly team: string;
    readonly owners: readonly string[];
    /** Where its DAGs come from, by the name of the bundle. */
    readonly dags: readonly { readonly bundle: string; readonly from: string }[];
    readonly namespace: string;
    readonly serviceAccount: string;
    readonly meshIdentity: string;
    /** Undefined where they use nothing in AWS. */
    readonly role?: TaskRole;
    readonly calls: readonly Reach[];
    readonly hosts: readonly Reach[];
    /** Undefined in a stack without teams, which has none. */
    readonly limits?: TeamLimits;
}

/** What a team's tasks may take, and what their authors may choose. */
export interface TeamLimits {
    readonly quota: TeamQuota;
    /** Besides the platform's own. */
    readonly images: readonly string[];
    readonly placements: readonly TeamPlacement[];
    /** Whether tasks may make pods of their own. */
    readonly launchPods: boolean;
}

/** By the name of the team, or of what stands for one in a stack without teams. */
export function taskChains(config: PlatformConfig): TaskChain[] {
    const table = connectionTable(config);
    return taskOwners(config)
        .map((owner): TaskChain => ({
            team: owner.team.name,
            owners: owner.team.owners,
            dags: owner.bundles.map(source),
            ...runsAs(config, table, owner),
            ...(owner.team.name !== noTeam && { limits: limits(owner) }),
        }))
        .sort((one, other) => (one.team < other.team ? -1 : 1));
}

function runsAs(config: PlatformConfig, table: ConnectionTable, owner: TaskOwner) {
    const workload = tasksOf(owner);
    const { namespace, serviceAccount = "" } = workload;
    const role = taskRole(config, workload, owner.aws);
    return {
        namespace,
        serviceAccount,
        meshIdentity: workloadIdentity(serviceAccount, namespace, config.trust.domain),
        ...(role && { role }),
        calls: calls(table, workload),
        hosts: hosts(table, workload),
    };
}

function limits({ team }: TaskOwner): TeamLimits {
    const { quota = defaultQuota, images = [], placements = [], launchPods = false } = team;
    return { quota, images, placements, launchPods };
}

function source(bundle: DagBundle): TaskChain["dags"][number] {
    const { name, path } = bundle;
    const from =
        bundle.kind === DagBundleKind.git
            ? `${bundle.repository} at ${bundle.ref}${path === undefined ? "" : `, below ${path}`}`
            : `${bundle.path} of the image`;
    return { bundle: name, from };
}
