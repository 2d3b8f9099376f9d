import assert from "node:assert/strict";

import { type Pool, Pools, poolsFile } from "../../../../components/airflow/jobs/pools.ts";
import { underMocks } from "../../../support/mocks.ts";

const warehouse: Pool = { name: "warehouse", slots: 3, description: "what it takes", includeDeferred: true };

async function pools(list: readonly Pool[]) {
    const { registered } = await underMocks(
        ["kubernetes:core/v1:ServiceAccount", "kubernetes:core/v1:ConfigMap", "kubernetes:batch/v1:Job"],
        () =>
            new Pools("pools", {
                namespace: "airflow",
                version: "3.3.2",
                databaseAuthority: { configMap: { name: "authority" } },
                pools: list,
            }),
    );
    return registered;
}

describe("Pools", () => {
    it("are written as Airflow imports them", () => {
        assert.deepEqual(JSON.parse(poolsFile([warehouse])), {
            warehouse: { slots: 3, description: "what it takes", include_deferred: true },
        });
    });

    it("make nothing in a stack without any", async () => {
        assert.deepEqual(
            (await pools([])).resources.map(({ name }) => name),
            ["pools"],
        );
    });

    it("are imported from the list that the Job is shown", async () => {
        const registered = await pools([warehouse]);
        assert.equal(registered.input("pools-list", "data.pools\\.json"), poolsFile([warehouse]));
        const pod = "spec.template.spec";
        assert.deepEqual(registered.input("pools-job", `${pod}.containers.0.args`), [
            "bash",
            "-c",
            "exec airflow pools import /etc/airflow-pools/pools.json",
        ]);
        assert.deepEqual(registered.input("pools-job", `${pod}.volumes.1`), {
            name: "config-0",
            configMap: { name: "airflow-pools" },
        });
        assert.equal(registered.input("pools-job", `${pod}.serviceAccountName`), "airflow-import-pools");
    });

    it("are imported by another Job when one changes, and only then", async () => {
        const name = async (list: Pool[]) => (await pools(list)).input("pools-job", "metadata.name");
        const first = await name([warehouse]);
        assert.match(String(first), /^airflow-import-pools-[0-9a-f]{10}$/);
        assert.equal(await name([{ ...warehouse }]), first);
        assert.notEqual(await name([{ ...warehouse, slots: 4 }]), first);
    });

    it("are not given the key that encrypts connections", async () => {
        const env = (await pools([warehouse])).input("pools-job", "spec.template.spec.containers.0.env");
        assert.deepEqual(
            (env as { name: string }[]).map(({ name }) => name),
            ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"],
        );
    });
});
