import assert from "node:assert/strict";

import fc from "fast-check";

import { connectionId, credentialsSecret } from "../../../components/airflow/dags/git-credentials.ts";
import { roleName } from "../../../components/aws/role-name.ts";
import { teamLevels, teamRoles } from "../../../components/teams/access/team-roles.ts";
import { maxTeamNameLength, teamNameProblem } from "../../../components/teams/team-name-problems.ts";
import { taskAccount, teamNamespace } from "../../../components/teams/team-names.ts";

/** Names that a stack may give, most of them near each other. */
const name = fc
    .stringMatching(/^[ab][ab-]{0,39}$/)
    .filter((text) => teamNameProblem(text) === undefined && text.length <= maxTeamNameLength);

/** Every name that is made of a team's. */
const made = (team: string): Record<string, string> => ({
    namespace: teamNamespace(team),
    secret: credentialsSecret(team).name,
    // Airflow looks a connection up by its id in capitals.
    connection: connectionId(team).toUpperCase(),
    awsRole: roleName(["a".repeat(32), teamNamespace(team), taskAccount]),
    ...Object.fromEntries(teamLevels.map((level, index) => [level, teamRoles(team, {})[2 * index]?.role ?? ""])),
});

describe("a team's name", () => {
    it("makes no name that another team's makes", () => {
        fc.assert(
            fc.property(name, name, (one, other) => {
                fc.pre(one !== other);
                const [first, second] = [made(one), made(other)];
                for (const [what, text] of Object.entries(first)) {
                    assert.notEqual(text, second[what], what);
                }
            }),
        );
    });

    it("makes names that fit where they go, however long it is", () => {
        const { namespace = "", secret = "", awsRole = "", ...longest } = made("a".repeat(maxTeamNameLength));
        assert.ok(namespace.length <= 63);
        assert.ok(secret.length <= 63);
        assert.ok(awsRole.length <= 64);
        for (const level of teamLevels) {
            // The column of FAB's that holds a role's name.
            assert.ok((longest[level] ?? "").length <= 64);
            assert.match(longest[level] ?? "", /^team:a+:/);
        }
    });

    it("is refused as soon as Kubernetes would take it for something else", () => {
        for (const refused of ["", "-a", "a-", "A", "a.b", "a_b", "a/b", "1a", "kube-a", "default"]) {
            assert.ok(teamNameProblem(refused), refused);
        }
        for (const taken of ["a", "a1", "a-b", "kubernetes", "platform-eu", "toString".toLowerCase()]) {
            assert.equal(teamNameProblem(taken), undefined, taken);
        }
    });
});
