import assert from "node:assert/strict";

import { connectionTable } from "../../stacks/connections.ts";
import { analytics, login } from "./config/teams/team-entry.ts";
import { ProjectFolder } from "./project.ts";
import { config } from "./stack-file.ts";

const from = { namespace: "reports", serviceAccount: "reports", labels: { app: "reports" } };
const frontDoor = { namespace: "ingress", serviceAccount: "ingress", labels: { app: "ingress" } };

describe("the row by which machines call Airflow's API", () => {
    let project: ProjectFolder;

    before(() => {
        project = new ProjectFolder();
    });

    after(() => {
        project.remove();
    });

    /** Who may ask for what people may ask for, or undefined where nobody may. */
    function callers(machine: object, mesh: object): string[] | undefined {
        const machines = [{ name: "nightly", clientId: "ci", dags: ["report"], ...machine }];
        const stack = config(
            { login: { ...login, machineAudience: "https://airflow" }, teams: [{ ...analytics, machines }], mesh },
            { secret: ["login"] },
        );
        return connectionTable(stack)
            .connections.find(({ name, to }) => name === "people" && to.namespace === "airflow")
            ?.from.map((caller) => ("name" in caller ? caller.name : caller.kind));
    }

    it("is that of people, beside the entrance or without one", () => {
        assert.deepEqual(callers({ from }, { frontDoor }), ["front-door", "machine-analytics-nightly"]);
        assert.deepEqual(callers({ from }, {}), ["machine-analytics-nightly"]);
    });

    it("has none that comes from outside of the cluster", () => {
        assert.deepEqual(callers({}, { frontDoor }), ["front-door"]);
        assert.equal(callers({}, {}), undefined);
    });
});
