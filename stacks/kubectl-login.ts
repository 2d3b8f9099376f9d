import { peoplesPrefix, type PeoplesLogin } from "../components/cluster/people.ts";
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
