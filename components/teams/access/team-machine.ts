/** A program of a team's, such as a CI job, that starts runs of some of its DAGs: machines.py says what it may. */
export interface TeamMachine {
    /** A DNS label, by which runs and the audit log show it: `machine:<team>:<name>`. */
    readonly name: string;
    /** The client at the login's provider that its tokens are made for, as `azp`, `client_id`, `cid` or `appid` says it. */
    readonly clientId: string;
    /** Whom its tokens are about, as `sub` says it. */
    readonly subject: string;
    /** Ids of DAGs of the team's bundle. */
    readonly dags: readonly string[];
}

const prefix = "machine:";

/** The name that Airflow knows a machine by, and shows as the one that started a run. */
export function machineUser(team: string, { name }: Pick<TeamMachine, "name">): string {
    return `${prefix}${team}:${name}`;
}

/** Whether a name of Airflow's is a machine's. No person has one like it. */
export function isMachine(user: string): boolean {
    return user.startsWith(prefix);
}
