import { DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { type Problem } from "../../../components/problem.ts";
import { nearest } from "../nearest.ts";
import { type ParsedConfig } from "../schema.ts";

type ParsedTeams = ParsedConfig["teams"];
type Credentials = ParsedConfig["teamCredentials"];

/** The teams with the credentials that the stack has for them, where their own entries have none. */
export function withCredentials(teams: ParsedTeams, credentials: Credentials | undefined): ParsedTeams {
    const given = new Map(Object.entries(credentials ?? {}));
    return teams.map((team) => {
        const { name, dags } = team;
        return dags.kind === DagBundleKind.local || dags.credentials !== undefined || !given.has(name)
            ? team
            : { ...team, dags: { ...dags, credentials: given.get(name) } };
    });
}

/** Credentials that nothing would come of. */
export function teamCredentialsProblems({ teams, teamCredentials }: ParsedConfig): Problem[] {
    const names = teams.map(({ name }) => name);
    return Object.keys(teamCredentials).flatMap((name) => {
        const index = names.indexOf(name);
        const team = teams[index];
        const because = (opening: string, rule: string) => [
            { path: ["teamCredentials", name], value: undefined, opening, rule },
        ];
        if (team === undefined) {
            const meant = nearest(name, names);
            return because("is of no team.", meant === undefined ? "Remove it." : `Did you mean ${meant}?`);
        }
        if (team.dags.kind === DagBundleKind.local) {
            return because("is for a folder of the image:", "nobody asks for credentials there. Remove it.");
        }
        return team.dags.credentials === undefined
            ? []
            : because(
                  `stands beside teams[${String(index)}].dags.credentials:`,
                  "one would do nothing. Remove one of them.",
              );
    });
}

/** A problem with a team's credentials, by the key that has them, or must have them where the teams are in a file. */
export function whereCredentialsAre(
    problem: Problem,
    { teams = [], teamsFile, teamCredentials = {} }: Partial<ParsedConfig>,
): Problem {
    const [section, index, dags, credentials, ...rest] = problem.path;
    const team =
        section === "teams" && dags === "dags" && credentials === "credentials" ? teams[Number(index)] : undefined;
    return team !== undefined && (teamsFile !== undefined || Object.hasOwn(teamCredentials, team.name))
        ? { ...problem, path: ["teamCredentials", team.name, ...rest] }
        : problem;
}
