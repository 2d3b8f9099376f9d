import { peoplesPrefix, type PeoplesLogin, type ReaderRole } from "../components/cluster/people.ts";
import { presets } from "../components/identity/login-providers.ts";
import { type TeamGroups, teamLevels } from "../components/teams/access/team-roles.ts";
import type { PlatformConfig } from "./config.ts";

/** Where people log in for kubectl: at the provider at which they log in to Airflow, through a client of its own. */
export function peoplesLogin(login: PlatformConfig["login"]): PeoplesLogin | undefined {
    if (login?.kubectl === undefined) {
        return undefined;
    }
    const { issuer, provider, groupsClaim = presets[provider].groupsClaim } = login.rules;
    return { issuer, clientId: login.kubectl.clientId, groupsClaim };
}

/** A team's groups, whatever their level, as the API server of Kubernetes calls them. None where nobody logs in there. */
export function kubectlGroups(groups: TeamGroups, login: PlatformConfig["login"]): string[] {
    return login?.kubectl === undefined
        ? []
        : [...new Set(teamLevels.flatMap((level) => groups[level] ?? []))].sort().map((group) => peoplesPrefix + group);
}

/** In the cluster, those who come by a role that the team names in `kubectlRoles`. */
const readersOf = (team: string): string => `airflow-linkerd:team:${team}`;

/** The group of a team's roles of IAM. None where it names none. */
export function roleGroups(team: string, teams: PlatformConfig["teams"]): string[] {
    return teams.some((each) => each.team.name === team && each.kubectlRoles.length > 0) ? [readersOf(team)] : [];
}

/** Each role of IAM that a team names, with the groups of all its teams: EKS has one entry for it. */
export function readerRoles(teams: PlatformConfig["teams"]): ReaderRole[] {
    const named = teams.flatMap(({ team, kubectlRoles }) =>
        kubectlRoles.map((arn) => ({ arn, group: readersOf(team.name) })),
    );
    return [...Map.groupBy(named, ({ arn }) => arn)].map(([arn, each]) => ({
        arn,
        groups: [...new Set(each.map(({ group }) => group))].sort(),
    }));
}
