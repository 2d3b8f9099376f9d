import assert from "node:assert/strict";

import { defaultPolicyOf, inventoryTable } from "../../rehearsal/inventory.ts";

const proxy = (value: string) => ({
    name: "linkerd-proxy",
    env: [{ name: "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY", value }],
});

describe("what runs in the cluster", () => {
    it("shows by what policy each pod's own proxy was started, whatever its namespace says by now", () => {
        const containers = [{ name: "app" }];
        assert.equal(defaultPolicyOf({ spec: { containers, initContainers: [proxy("audit")] } }), "audit");
        assert.equal(defaultPolicyOf({ spec: { containers: [...containers, proxy("deny")] } }), "deny");
        assert.equal(defaultPolicyOf({ spec: { containers } }), "-");
        assert.equal(defaultPolicyOf(undefined), "-");
    });

    it("has a column for it", () => {
        const row = {
            namespace: "airflow",
            workload: "Deployment/airflow-scheduler",
            state: "1/1 ready",
            proxy: "native sidecar",
            policy: "deny",
            serviceAccount: "airflow-scheduler",
        };
        assert.deepEqual(
            inventoryTable([row])
                .split("\n")
                .map((line) => line.split(/ {2,}/)),
            [
                ["NAMESPACE", "WORKLOAD", "STATE", "PROXY", "POLICY", "SERVICE ACCOUNT"],
                ["airflow", "Deployment/airflow-scheduler", "1/1 ready", "native sidecar", "deny", "airflow-scheduler"],
            ],
        );
    });
});
