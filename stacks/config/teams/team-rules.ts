import { DagBundleKind } from "../../../components/airflow/dags/dag-bundles.ts";
import { isReason } from "../../../components/identity/roles/policy-problems.ts";
import { below, type Problem } from "../../../components/problem.ts";
import { teamLevels } from "../../../components/teams/access/team-roles.ts";
import { placementProblems } from "../../../components/teams/placement-problems.ts";
import { teamNameProblem } from "../../../components/teams/team-name-problems.ts";
import { callProblem } from "../calls/call-rules.ts";
import { credentialsProblem } from "../airflow/dag-bundle-rules.ts";
import { isForDevelopment } from "../development.ts";
import { repeatedGroups, repeatedNames } from "../repetition-rules.ts";
import { type ParsedConfig } from "../schema.ts";
import { teamAwsProblems } from "./team-aws-rules.ts";

type ParsedTeams = ParsedConfig["teams"];
type ParsedTeam = ParsedTeams[number];

/** Rules about teams that the schema cannot hold, and that need no other section. */
export function teamsProblems(teams: ParsedTeams, stack: string): Problem[] {
    return [
        ...repeatedNames(
            "teams",
            teams.map(({ name }) => name),
        ),
        ...teams.flatMap((team, index) => below([index], ...teamProblems(team, stack))),
    ];
}

function teamProblems({ name, groups, dags, aws, calls, placements, isolation }: ParsedTeam, stack: string): Problem[] {
    return [
        ...below(["name"], teamNameProblem(name)),
        ...repeatedGroups(
            teamLevels.map((level) => ({ path: ["groups", level], groups: groups[level] ?? [] })),
            (other) => `it is in ${other} already, and a group has one level in a team. Remove it here or there.`,
        ),
        ...below(["dags"], credentialsProblem(dags), localProblem(dags, stack)),
        ...below(["aws"], ...(aws === undefined ? [] : teamAwsProblems(aws))),
        ...calls.flatMap((call, index) => below(["calls", index], callProblem(call))),
        ...below(["isolation"], isolationProblem(isolation)),
        ...below(["placements"], ...placementProblems(placements)),
    ];
}

function isolationProblem(isolation: ParsedTeam["isolation"]): Problem | undefined {
    return isolation === undefined || isReason(isolation.reason)
        ? undefined
        : {
              path: ["reason"],
              value: isolation.reason,
              rule:
                  "whoever writes this team's DAGs can then change what the database says of every team's: it must say in a " +
                  "sentence why that is accepted. Write one, or remove isolation.",
          };
}

function localProblem({ kind }: ParsedTeam["dags"], stack: string): Problem | undefined {
    return kind !== DagBundleKind.local || isForDevelopment(stack)
        ? undefined
        : {
              path: ["kind"],
              value: kind,
              rule:
                  `a folder of the image is in every team's pods, so it is only for stacks named "dev" or "dev-…", and this ` +
                  `one is "${stack}". Set it to git, with a repository of the team's.`,
          };
}
