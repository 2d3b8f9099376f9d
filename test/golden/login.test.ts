import assert from "node:assert/strict";

import { type PropertyMap, Secret } from "../../rehearsal/engine/values/property.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { ahead, recorded } from "../support/recordings.ts";
import { everythingBefore, only } from "./order.ts";

const login = {
    issuer: "https://login.example.com",
    clientId: "airflow",
    clientSecret: "hunter2",
    adminGroups: ["platform-admins"],
    contact: "the platform team",
};

describe("the graph of a stack with a login", () => {
    const recording = ahead(() => recorded("dev", { preview: false, config: { login }, secretKeys: ["login"] }));
    let deployed: Recording;

    before(async function () {
        this.timeout(180_000);
        deployed = await recording();
    });

    it("starts Airflow only with the login's settings and secret, and those only in Airflow's namespace", () => {
        const before = everythingBefore(deployed, "airflow-release");
        for (const name of ["login-settings", "login-client"]) {
            assert.ok(before.has(name), name);
            assert.ok(everythingBefore(deployed, name).has("airflow-namespace"), name);
            assert.equal((only(deployed, name).inputs.metadata as PropertyMap).namespace, "airflow");
        }
    });

    it("tells the API server, and no other part of Airflow", () => {
        const values = only(deployed, "airflow-release").inputs.values as Record<string, PropertyMap>;
        const told = Object.keys(values).filter((part) => JSON.stringify(values[part]).includes("airflow-login"));
        assert.deepEqual(told, ["apiServer"]);
        assert.equal((values.config?.fab as PropertyMap).session_backend, "database");
    });

    it("shows the client's secret nowhere, and puts it into one Secret only", () => {
        const holders = deployed.resources.filter(({ inputs }) => {
            const all = JSON.stringify(inputs, (_key, value: unknown) =>
                value instanceof Secret ? value.value : value,
            );
            return all.includes(login.clientSecret);
        });
        assert.deepEqual(
            holders.map(({ name }) => name),
            ["login-client"],
        );
        const { stringData } = only(deployed, "login-client").inputs as { stringData: unknown };
        assert.ok(stringData instanceof Secret || Object.values(stringData as PropertyMap)[0] instanceof Secret);
    });
});
