import assert from "node:assert/strict";

import { FernetRotation } from "../../../../components/airflow/keys/fernet-rotation.ts";
import { underMocks } from "../../../support/mocks.ts";

async function rotation(generations: number[], encrypts: number) {
    const { registered } = await underMocks(
        ["kubernetes:core/v1:ServiceAccount", "kubernetes:batch/v1:Job"],
        () =>
            new FernetRotation("rotation", {
                namespace: "airflow",
                version: "3.3.2",
                databaseAuthority: { configMap: { name: "authority" } },
                fernet: { generations, encrypts },
            }),
    );
    return registered;
}

describe("FernetRotation", () => {
    it("makes nothing while there is one key", async () => {
        assert.deepEqual(
            (await rotation([3], 3)).resources.map(({ name }) => name),
            ["rotation"],
        );
    });

    it("encrypts everything anew, once for each order of the keys, with the Secret that Airflow has", async () => {
        const registered = await rotation([1, 2], 2);
        const job = "rotation-job";
        assert.equal(registered.input(job, "metadata.name"), "airflow-rotate-fernet-key-2-1");
        assert.equal((await rotation([1, 2], 1)).input(job, "metadata.name"), "airflow-rotate-fernet-key-1-2");
        const container = "spec.template.spec.containers.0";
        assert.deepEqual(registered.input(job, `${container}.args`), ["bash", "-c", "exec airflow rotate-fernet-key"]);
        assert.deepEqual(registered.input(job, `${container}.env`), [
            {
                name: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
                valueFrom: { secretKeyRef: { name: "airflow-metadata-direct", key: "connection" } },
            },
            {
                name: "AIRFLOW__CORE__FERNET_KEY",
                valueFrom: { secretKeyRef: { name: "airflow-fernet", key: "fernet-key" } },
            },
        ]);
    });

    it("runs under an account of its own, without a token for the Kubernetes API", async () => {
        const registered = await rotation([1, 2], 2);
        const pod = "spec.template.spec";
        assert.equal(registered.input("rotation-job", `${pod}.serviceAccountName`), "airflow-rotate-fernet-key");
        assert.equal(registered.input("rotation-job", `${pod}.automountServiceAccountToken`), false);
    });
});
