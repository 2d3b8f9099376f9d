/** A program of a team's, such as a CI job, that starts runs of some of its DAGs: machines.py says what it may. */
export interface TeamMachine {
    /** A DNS label, by which runs and the audit log show it: `machine:<team>:<name>`. */
    readonly name: string;
    /** Who makes its tokens, as `iss` says it: the login's provider, or another that vouches for programs. */
    readonly issuer: string;
    /** Whom its tokens are about, as `sub` says it. */
    readonly subject: string;
    /**
     * The client that its tokens are made for, as `azp`, `client_id`, `cid` or `appid` says it. Defaults to none, for an
     * issuer whose tokens name none.
     */
    readonly clientId?: string;
    /** What else its tokens say, by the claim: exactly these texts. Defaults to nothing. */
    readonly claims?: Readonly<Record<string, string>>;
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

/** Whose tokens it calls with, for people to read. */
export function machineTokens({ clientId, subject, issuer }: TeamMachine): string {
    return clientId === undefined ? `${subject} of ${issuer}` : `the client ${clientId}`;
}
