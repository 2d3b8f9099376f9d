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
        assert.deepEqual(teams[0]?.machines, [{ ...nightly, subject: "ci" }, other]);
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
});
