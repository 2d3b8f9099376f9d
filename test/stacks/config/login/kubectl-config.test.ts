import assert from "node:assert/strict";

import { kubectlGroups, peoplesLogin } from "../../../../stacks/kubectl-login.ts";
import { ProjectFolder } from "../../project.ts";
import { config } from "../../stack-file.ts";
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
});
