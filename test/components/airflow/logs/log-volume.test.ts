import assert from "node:assert/strict";

import { LogVolume } from "../../../../components/airflow/logs/log-volume.ts";
import { underMocks } from "../../../support/mocks.ts";

const kinds = ["kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:core/v1:PersistentVolume"];

async function volume(hostPath: string) {
    const { registered } = await underMocks(
        kinds,
        () => new LogVolume("logs", { namespace: "team-a", storageGb: 2, hostPath }),
    );
    return registered;
}

describe("LogVolume", () => {
    it("is the node's folder for this claim alone, and leaves the folder there", async () => {
        const registered = await volume("/var/lib/airflow-task-logs");
        assert.equal(registered.input("logs-volume", "metadata.name"), "team-a-airflow-task-logs");
        assert.deepEqual(registered.input("logs-volume", "spec"), {
            storageClassName: "",
            accessModes: ["ReadWriteMany"],
            capacity: { storage: "2Gi" },
            claimRef: { namespace: "team-a", name: "airflow-task-logs" },
            hostPath: { path: "/var/lib/airflow-task-logs" },
            persistentVolumeReclaimPolicy: "Retain",
        });
        // With a class, or with none named, the cluster would make the claim another volume.
        assert.equal(registered.input("logs-claim", "spec.storageClassName"), "");
        assert.equal(registered.input("logs-claim", "spec.volumeName"), "team-a-airflow-task-logs");
    });
});
