import assert from "node:assert/strict";

import { DatabaseCleanup } from "../../../../components/airflow/jobs/database-cleanup.ts";
import { underMocks } from "../../../support/mocks.ts";

async function cleanup() {
    const { registered } = await underMocks(
        ["kubernetes:core/v1:ServiceAccount", "kubernetes:batch/v1:CronJob"],
        () =>
            new DatabaseCleanup("cleanup", {
                namespace: "airflow",
                version: "3.3.2",
                databaseAuthority: { configMap: { name: "authority" } },
                olderThanDays: 30,
                schedule: "30 2 * * *",
            }),
    );
    return registered;
}

describe("DatabaseCleanup", () => {
    const container = "spec.jobTemplate.spec.template.spec.containers.0";

    it("deletes what is older than the stack says, without asking and without an archive", async () => {
        const registered = await cleanup();
        const [, , script] = registered.input("cleanup-schedule", `${container}.args`) as string[];
        assert.match(script ?? "", /date --utc --date "-\$\{OLDER_THAN_DAYS\} days"/);
        assert.match(script ?? "", /^exec airflow db clean --clean-before-timestamp "\$before" .*--yes$/m);
        assert.match(script ?? "", /--skip-archive/);
        assert.match(script ?? "", /--batch-size \d+/);
    });

    it("goes to the server itself, and knows no key", async () => {
        assert.deepEqual((await cleanup()).input("cleanup-schedule", `${container}.env`), [
            {
                name: "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
                valueFrom: { secretKeyRef: { name: "airflow-metadata-direct", key: "connection" } },
            },
            { name: "OLDER_THAN_DAYS", value: "30" },
        ]);
    });

    it("runs by the clock, one run at a time, under an account that may not call the Kubernetes API", async () => {
        const registered = await cleanup();
        assert.equal(registered.input("cleanup-schedule", "spec.schedule"), "30 2 * * *");
        assert.equal(registered.input("cleanup-schedule", "spec.concurrencyPolicy"), "Forbid");
        const pod = "spec.jobTemplate.spec.template.spec";
        assert.equal(registered.input("cleanup-schedule", `${pod}.serviceAccountName`), "airflow-database-cleanup");
        assert.equal(registered.input("cleanup-schedule", `${pod}.automountServiceAccountToken`), false);
    });
});
