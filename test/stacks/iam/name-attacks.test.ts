import { maxRoleNameLength, roleName } from "../../../components/aws/role-name.ts";
import { maxTeamNameLength, teamNameProblem } from "../../../components/teams/team-name-problems.ts";
import { taskAccount, teamNamespace } from "../../../components/teams/team-names.ts";
import { type Attack, type Authority } from "../../support/attacks/attack.ts";
import { refusesAttacks } from "../../support/attacks/attacks.ts";

/** What makes the name of a team's role. */
type RoleNames = (team: string) => string;

const victim = "a".repeat(maxTeamNameLength - 1) + "b";
const parts = (team: string) => ["airflow-production-eu", teamNamespace(team), taskAccount] as const;

const names: Authority<RoleNames> = {
    name: "the names of roles, which end in a digest where they are cut",
    guarded: () => (team) => roleName([...parts(team)]),
    unguarded: () => (team) => parts(team).join("-").slice(0, maxRoleNameLength),
};

/** A team that is called so that its role has the name of the victim's. */
function called(name: string, team: string): Attack<RoleNames> {
    return {
        name,
        says: /is not/,
        attempt: (roleOf) => {
            const problem = teamNameProblem(team);
            if (problem !== undefined) {
                throw new Error(`no stack has a team called ${team}: ${problem.rule}`);
            }
            const [own, other] = [roleOf(team), roleOf(victim)];
            return own === other ? undefined : `${own} is not ${other}`;
        },
    };
}

describe("The names of teams", () => {
    refusesAttacks("a team that is called for it", names, [
        called("a name that differs where the role's is cut", victim.replace(/b$/, "c")),
        called("a name that ends where another's is cut", victim.slice(0, -1)),
    ]);
});
