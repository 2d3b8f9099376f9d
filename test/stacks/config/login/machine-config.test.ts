import assert from "node:assert/strict";

import { ProjectFolder } from "../../project.ts";
import { config } from "../../stack-file.ts";
import { analytics, login as people, refusesStack } from "../teams/team-entry.ts";

const login = { ...people, machineAudience: "https://airflow.example.com" };
const nightly = { name: "nightly", clientId: "ci", dags: ["report"] };
const withMachines = (...machines: object[]) => ({ login, teams: [{ ...analytics, machines }] });

function refusesMachine(changes: object, problem: string): void {
    refusesStack(withMachines({ ...nightly, ...changes }), [`teams[0].machines[0].${problem}`]);
}

const github = { name: "github", issuer: "https://token.actions.githubusercontent.com" };
const deploy = {
    name: "deploy",
    issuer: "github",
    subject: "repo:acme/etl:ref:refs/heads/main",
    claims: { repository_id: "7", ref: "refs/heads/main" },
    dags: ["report"],
};
const withIssuers = (issuers: object[], ...machines: object[]) => ({
    login: { ...login, machineIssuers: issuers },
    teams: [{ ...analytics, machines }],
});

function refusesDeploy(changes: object, problems: readonly string[]): void {
    refusesStack(
        withIssuers([github], { ...deploy, ...changes }),
        problems.map((text) => `teams[0].machines[0].${text}`),
    );
}

describe("the config of machines", () => {
    let project: ProjectFolder;

    beforeEach(() => {
        project = new ProjectFolder();
    });

    afterEach(() => {
        project.remove();
    });

    it("takes a client whose tokens are about itself, and one that the provider calls otherwise there", () => {
        const from = { namespace: "reports", serviceAccount: "reports", labels: { app: "reports" } };
        const other = { name: "weekly", clientId: "weekly", subject: "weekly@clients", dags: ["report"], from };
        const { teams, login: configured } = config(withMachines(nightly, other), { secret: ["login"] });
        assert.deepEqual(teams[0]?.machines, [
            { ...nightly, issuer: login.issuer, subject: "ci" },
            { ...other, issuer: login.issuer },
        ]);
        assert.equal(configured?.rules.machineAudience, "https://airflow.example.com");
    });

    it("refuses machines that no token can be for", () => {
        refusesStack({ login: people, teams: [{ ...analytics, machines: [nightly] }] }, [
            "login.machineAudience is missing: teams have machines (nightly), whose tokens must be for an audience that no " +
                "other token is for. Name the one that the provider has for Airflow's API, such as its address, or remove the " +
                "machines.",
        ]);
    });

    it("refuses an audience or a client that is the one through which people log in", () => {
        refusesStack({ ...withMachines(nightly), login: { ...login, machineAudience: login.clientId } }, [
            "login.machineAudience is [secret]: it is clientId too, so every ID token of a person would be for machines. " +
                "Name an audience of their own, such as Airflow's address.",
        ]);
        refusesMachine(
            { clientId: login.clientId },
            'clientId is "airflow": it is login.clientId, through which people log in. Register a client for the machine ' +
                "alone, for the grant client_credentials.",
        );
    });

    it("refuses two machines whose tokens nobody could tell apart, in whatever teams", () => {
        const billing = { ...analytics, name: "billing", machines: [{ ...nightly, name: "weekly" }] };
        refusesStack({ login, teams: [{ ...analytics, machines: [nightly] }, billing] }, [
            'teams[1].machines[0].clientId is "ci": its tokens are those of nightly of another entry, so nobody could tell the ' +
                "two apart. Give it a client of its own at the provider.",
        ]);
    });

    it("refuses two of one name, and takes one name in two teams", () => {
        refusesStack(withMachines(nightly, { ...nightly, clientId: "other" }), [
            'teams[0].machines[1].name is "nightly": teams[0].machines[0] has this name already. Rename one of them.',
        ]);
        const billing = { ...analytics, name: "billing", machines: [{ ...nightly, clientId: "other" }] };
        assert.equal(
            config({ login, teams: [{ ...analytics, machines: [nightly] }, billing] }, { secret: ["login"] }).teams
                .length,
            2,
        );
    });

    it("refuses patterns of DAGs, an entry without any, and a name that could pass for another", () => {
        for (const dag of ["*", "report*", "re port"]) {
            refusesMachine(
                { dags: [dag] },
                `dags[0] is ${JSON.stringify(dag)}: it must be the id of one DAG; there are no patterns. Write it as "report".`,
            );
        }
        refusesMachine({ dags: [] }, 'dags is an empty list: it must name a DAG. Write it as ["report"].');
        refusesMachine(
            { name: "nightly:other" },
            'name is "nightly:other": it must be of small letters, digits and "-", and begin with a letter: runs show it. ' +
                'Write it as "nightly".',
        );
    });

    it("refuses a machine that runs where tasks run", () => {
        const from = (namespace: string) => ({ from: { namespace, serviceAccount: "a", labels: { app: "a" } } });
        refusesMachine(
            from("team-analytics"),
            'from.namespace is "team-analytics": it is the namespace of teams[0], and any task there could pass for the ' +
                "machine. Run it elsewhere.",
        );
    });

    it("takes one that another issuer vouches for, by exact claims", () => {
        const { teams, login: configured } = config(withIssuers([github], deploy), { secret: ["login"] });
        const { issuer: _, ...said } = deploy;
        assert.deepEqual(teams[0]?.machines, [{ ...said, issuer: github.issuer }]);
        assert.deepEqual(configured?.rules.machineIssuers, [{ ...github, audience: login.machineAudience }]);
        const own = { ...github, audience: "https://runs.example.com", hosts: ["keys.example.com"] };
        const { machineAudience: _audience, ...without } = login;
        assert.deepEqual(
            config(
                { ...withIssuers([own], deploy), login: { ...without, machineIssuers: [own] } },
                { secret: ["login"] },
            ).login?.rules.machineIssuers,
            [own],
        );
    });

    it("takes one of the login's provider without a client, by its claims, where the provider has no grant for clients", () => {
        const gitlab = { ...login, provider: "gitlab", issuer: "https://gitlab.com" };
        const ci = {
            name: "ci",
            subject: "project_path:acme/etl:ref_type:branch:ref:main",
            claims: { project_id: "7", ref: "main" },
            dags: ["report"],
        };
        const { teams } = config({ login: gitlab, teams: [{ ...analytics, machines: [ci] }] }, { secret: ["login"] });
        assert.deepEqual(teams[0]?.machines, [{ ...ci, issuer: "https://gitlab.com" }]);
    });

    it("refuses one that says too little of whose tokens it means, or what cannot be", () => {
        const { clientId: _, ...nobody } = nightly;
        refusesStack(withMachines(nobody), [
            "teams[0].machines[0].clientId is missing: the login's provider makes its tokens for a client. Name it, or an issuer " +
                "of login.machineIssuers.",
        ]);
        refusesDeploy({ issuer: "gitlab" }, [
            'issuer is "gitlab": login.machineIssuers has no entry of that name, but github. Add it there, or leave the key out ' +
                "for the login's provider.",
        ]);
        refusesDeploy({ clientId: "ci" }, [
            "clientId is \"ci\": clients are the login's provider's. Remove it, and say in subject and claims whose the tokens are.",
        ]);
        refusesDeploy({ subject: undefined }, [
            "subject is missing: its tokens are known by it. Write it as their sub has it, such as " +
                '"repo:acme/etl:ref:refs/heads/main".',
        ]);
        refusesDeploy({ claims: { ...deploy.claims, aud: "https://other.example.com" } }, [
            'claims.aud is "https://other.example.com": every token is asked for it anyhow. Remove it; sub is what subject names.',
        ]);
    });

    it("refuses patterns in what proves who it is", () => {
        const rule = "it is compared whole; there are no patterns. Write it as the token has it, such as";
        refusesDeploy({ subject: "repo:acme/*" }, [
            `subject is "repo:acme/*": ${rule} "repo:acme/etl:ref:refs/heads/main".`,
        ]);
        refusesDeploy({ claims: { ...deploy.claims, ref: "refs/heads/*" } }, [
            `claims.ref is "refs/heads/*": ${rule} "refs/heads/main".`,
        ]);
    });

    it("refuses a job of GitHub's or GitLab's by names alone, and of any branch", () => {
        const gone =
            "whoever gets the name of a repository that is gone gets its sub too, and never its id. Name the id.";
        refusesDeploy({ claims: { repository: "acme/etl" } }, [
            `claims.repository_id is missing: ${gone}`,
            "claims is a map: any branch of the repository could be meant. Name ref or environment, as the token has it.",
        ]);
        refusesDeploy({ claims: undefined }, [
            `claims.repository_id is missing: ${gone}`,
            "claims is missing: any branch of the repository could be meant. Name ref or environment, as the token has it.",
        ]);
    });

    it("refuses two that one token could be of, unless a claim tells them apart", () => {
        const other = {
            ...deploy,
            name: "other",
            claims: { ...deploy.claims, ref: undefined, environment: "production" },
        };
        refusesStack(withIssuers([github], deploy, other), [
            'teams[0].machines[1].subject is "repo:acme/etl:ref:refs/heads/main": its tokens are those of deploy of another entry, ' +
                "so nobody could tell the two apart. Give both a claim in which they differ.",
        ]);
        const told = { ...other, claims: { ...deploy.claims, ref: "refs/heads/next" } };
        assert.equal(config(withIssuers([github], deploy, told), { secret: ["login"] }).teams[0]?.machines.length, 2);
    });

    it("refuses issuers that cannot be told apart, that are the provider, or whose tokens are for people's client", () => {
        const problems = (issuers: object[], ...expected: string[]) => {
            refusesStack(
                { login: { ...login, machineIssuers: issuers } },
                expected.map((text) => `login.machineIssuers${text}`),
            );
        };
        problems(
            [github, { ...github, issuer: "https://ci.example.com" }, { ...github, name: "hub" }],
            "[1].name is [secret]: login.machineIssuers[0] has this name already. Rename one of them.",
            "[2].issuer is [secret]: login.machineIssuers[0] is it already. Name that one in both places, and remove this.",
        );
        problems(
            [{ name: "own", issuer: login.issuer }],
            "[0].issuer is [secret]: it is login.issuer, which machines mean that name none. Remove the entry, and issuer in " +
                "those machines.",
        );
        problems(
            [{ ...github, audience: login.clientId }],
            "[0].audience is [secret]: it is login.clientId, for which people's tokens are. Name another, such as Airflow's " +
                "address.",
        );
        problems(
            [{ ...github, issuer: "http://ci.example.com" }],
            "[0].issuer is [secret]: it must be the issuer's https:// address without a query, as its tokens name it. Correct it.",
        );
        const { machineAudience: _, ...without } = login;
        refusesStack({ login: { ...without, machineIssuers: [github] } }, [
            "login.machineIssuers[0].audience is missing: its tokens must be for an audience that no other token is for. Name " +
                "one, or login.machineAudience for all.",
        ]);
    });
});
