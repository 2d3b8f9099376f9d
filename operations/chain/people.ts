import { type TeamLevel, teamLevels } from "../../components/teams/access/team-roles.ts";
import { machineTokens, machineUser } from "../../components/teams/access/team-machine.ts";
import { type AirflowRole, airflowRoles } from "../../components/identity/login-settings.ts";
import { type PlatformConfig } from "../../stacks/config.ts";

/** What the members of a group may do in Airflow. */
export interface GroupRights {
    readonly group: string;
    /** The role that says so, as Airflow's pages show it. */
    readonly role: string;
    /** The team whose DAGs it is about, or undefined for those of all teams. */
    readonly team?: string;
    readonly may: string;
    /** Whether it is enough to start a run. */
    readonly startsRuns: boolean;
}

interface Rights {
    readonly may: string;
    readonly startsRuns: boolean;
}

/** As Airflow's FAB auth manager defines them. */
const ofRole: Readonly<Record<AirflowRole, Rights>> = {
    Admin: { may: "everything in Airflow, users and roles included", startsRuns: true },
    Op: { may: "run DAGs, and change connections, variables, pools and configuration", startsRuns: true },
    User: { may: "run, pause, clear and delete DAGs and runs", startsRuns: true },
    Viewer: { may: "look at DAGs, runs, logs and code", startsRuns: false },
};

/** As team_auth_manager.py defines them. */
const ofLevel: Readonly<Record<TeamLevel, Rights>> = {
    viewer: { may: "look at DAGs, runs, logs, code and XComs", startsRuns: false },
    author: { may: "look at them, start, pause and clear them, and answer what they wait for", startsRuns: true },
    operator: {
        may: "look at them, start, pause, clear and delete them, and answer what they wait for",
        startsRuns: true,
    },
};

/** By group, in the order of their names. A group that is not here has no rights. */
export function groupRights({ login, teams }: Pick<PlatformConfig, "login" | "teams">): GroupRights[] {
    const { adminGroups = [], roles = {} } = login?.rules ?? {};
    const byRole: readonly [AirflowRole, readonly string[]][] = [
        ["Admin", adminGroups],
        ...airflowRoles.map((role): [AirflowRole, readonly string[]] => [role, roles[role] ?? []]),
    ];
    return [
        ...byRole.flatMap(([role, groups]) => groups.map((group) => ({ group, role, ...ofRole[role] }))),
        ...teams.flatMap(({ team, groups }) =>
            teamLevels.flatMap((level) =>
                (groups[level] ?? []).map((group) => ({
                    group,
                    role: `team:${team.name}:${level}`,
                    team: team.name,
                    ...ofLevel[level],
                })),
            ),
        ),
    ].sort((one, other) => compare(one.group, other.group) || compare(one.role, other.role));
}

/** A program that starts runs, with the DAGs that it may start and the name that runs show. */
export interface MachineRights {
    readonly machine: string;
    readonly team: string;
    /** Whose tokens it calls with. */
    readonly tokens: string;
    readonly dags: readonly string[];
}

/** In the order of their names. */
export function machineRights({ teams }: Pick<PlatformConfig, "teams">): MachineRights[] {
    return teams
        .flatMap(({ team, machines }) =>
            machines.map((machine) => ({
                machine: machineUser(team.name, machine),
                team: team.name,
                tokens: machineTokens(machine),
                dags: [...machine.dags].sort(compare),
            })),
        )
        .sort((one, other) => compare(one.machine, other.machine));
}

/** By the codes of characters, so that the order is the same on every machine. */
function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}
