import assert from "node:assert/strict";

import { kubectlGroups, peoplesLogin, readerRoles, roleGroups } from "../../../../stacks/kubectl-login.ts";
import { ProjectFolder } from "../../project.ts";
import { config } from "../../stack-file.ts";
import { access } from "../../../../operations/access/access.ts";
import { eks } from "../cluster/eks-section.ts";
import { analytics, login as people, refusesStack } from "../teams/team-entry.ts";

const login = { ...people, kubectl: { clientId: "kubectl" } };
const refusesLogin = (changes: object, problem: string) => {
    refusesStack({ login: { ...login, ...changes }, teams: [analytics] }, [`login.${problem}`]);
};

describe("the config of a login for kubectl", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("is at the provider of Airflow's login, by its groups and through a client of its own", () => {
        const groups = { author: ["writers"], operator: ["leads"] };
        const { login: given, teams } = config({ login, teams: [{ ...analytics, groups }] }, { secret: ["login"] });
        assert.deepEqual(peoplesLogin(given), {
            issuer: "https://login.example.com",
            clientId: "kubectl",
            groupsClaim: "groups",
        });
        assert.deepEqual(kubectlGroups(teams[0]?.groups ?? {}, given), ["oidc:leads", "oidc:writers"]);
    });

    it("may be left out, and then no group is anybody there", () => {
        const { login: given } = config({ login: people, teams: [analytics] }, { secret: ["login"] });
        assert.equal(peoplesLogin(given), undefined);
        assert.deepEqual(kubectlGroups({ viewer: ["staff"] }, given), []);
    });

    it("refuses the client through which people log in to Airflow", () => {
        refusesLogin(
            { kubectl: { clientId: "airflow" } },
            "kubectl.clientId is [secret]: it is login.clientId, so whoever comes by a token of a login to Airflow could use " +
                "the cluster with it. Register a client of its own, a public one with PKCE.",
        );
    });

    it("refuses groups that Kubernetes cannot read", () => {
        refusesLogin(
            { groupsClaim: "realm_access.roles" },
            "groupsClaim is [secret]: Kubernetes reads a claim by its name and follows no path, and login.kubectl has it read " +
                "this one. Let the provider put the groups into a claim of their own, or leave kubectl out.",
        );
        refusesLogin(
            { groupsSeparator: "," },
            "groupsSeparator is [secret]: Kubernetes splits no text, so nobody would be in a group there. Let the provider " +
                "send a list, or leave login.kubectl out.",
        );
        assert.ok(
            config(
                { login: { ...login, groupsClaim: "https://airflow/groups" }, teams: [analytics] },
                { secret: ["login"] },
            ).login?.kubectl,
        );
    });

    it("refuses to be for nobody", () => {
        refusesStack({ login }, [
            "login.kubectl is a map: it is for the groups of teams, and there are none. Add teams, or leave it out.",
        ]);
    });

    describe("and of roles of IAM", () => {
        const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
        const [one, both] = [role("analytics"), role("data")];
        const billing = { ...analytics, name: "billing", kubectlRoles: [both] };
        const stack = { cluster: eks, login: people, teams: [{ ...analytics, kubectlRoles: [one, both] }, billing] };

        it("lets each look at the pods of the teams that name it, without a login at a provider", () => {
            const given = config(stack, { secret: ["login"] });
            assert.deepEqual(readerRoles(given.teams), [
                { arn: one, groups: ["airflow-linkerd:team:analytics"] },
                { arn: both, groups: ["airflow-linkerd:team:analytics", "airflow-linkerd:team:billing"] },
            ]);
            assert.deepEqual(roleGroups("billing", given.teams), ["airflow-linkerd:team:billing"]);
            assert.deepEqual(
                access("prod", given)
                    .principals.filter(({ may }) => may.includes("team-"))
                    .map(({ arn, may }) => `${arn}: ${may}`),
                [
                    `${one}: look at pods, their logs and events in team-analytics`,
                    `${both}: look at pods, their logs and events in team-analytics`,
                    `${both}: look at pods, their logs and events in team-billing`,
                ],
            );
        });

        it("is nobody where a team names none", () => {
            const { teams } = config({ cluster: eks, login: people, teams: [analytics] }, { secret: ["login"] });
            assert.deepEqual([readerRoles(teams), roleGroups("analytics", teams)], [[], []]);
        });

        it("refuses what is no role, one that has an entry already, and a cluster that is not the stack's", () => {
            const [admin = ""] = eks.admins;
            const named = admin.split("/").at(-1) ?? "";
            const refuses = (kubectlRoles: string[], problem: string, more: object = { cluster: eks }) => {
                refusesStack({ ...more, teams: [{ ...analytics, kubectlRoles }] }, [`teams[0].kubectlRoles${problem}`]);
            };
            refuses(
                ["analytics"],
                '[0] is "analytics": it must be the ARN of an IAM role or user. Write it as ' +
                    '"arn:aws:iam::123456789012:role/analytics".',
            );
            refuses(
                [role(named)],
                `[0] is "${role(named)}": cluster.admins[0] has a principal of that name, and each has one access entry. Name ` +
                    "another role.",
            );
            refuses(
                [one, role("path/analytics")],
                `[1] is "${role("path/analytics")}": teams[0].kubectlRoles[0] has a principal of that name, and each has one access ` +
                    "entry. Name another role.",
            );
            refuses(
                [one],
                `[0] is "${one}": roles of IAM come in by access entries, which the stack makes in a cluster of its own alone. ` +
                    "Remove it, and give the team's people rights by login.kubectl.",
                {},
            );
        });
    });
});
