import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PodCleanup } from "../../../../components/airflow/jobs/pod-cleanup.ts";
import { underMocks } from "../../../support/mocks.ts";

const kinds = ["kubernetes:core/v1:ServiceAccount", "kubernetes:batch/v1:CronJob"];

async function cleanup(teamNamespaces: readonly string[] = ["team-a"]) {
    const { registered } = await underMocks(
        kinds,
        () =>
            new PodCleanup("cleanup", {
                namespace: "airflow",
                version: "3.3.2",
                schedule: "*/15 * * * *",
                teamNamespaces,
            }),
    );
    return registered;
}

describe("PodCleanup", () => {
    it("cleans up by the clock, one run at a time", async () => {
        const registered = await cleanup();
        const spec = "spec.jobTemplate.spec.template.spec";
        assert.equal(registered.input("cleanup-schedule", "spec.schedule"), "*/15 * * * *");
        assert.equal(registered.input("cleanup-schedule", "spec.timeZone"), "Etc/UTC");
        assert.equal(registered.input("cleanup-schedule", "spec.concurrencyPolicy"), "Forbid");
        assert.equal(registered.input("cleanup-schedule", "spec.startingDeadlineSeconds"), 300);
        assert.equal(registered.input("cleanup-schedule", `${spec}.automountServiceAccountToken`), true);
    });

    it("cleans up one namespace after the other, by the right that each of them gives", async () => {
        const registered = await cleanup(["team-b", "team-a"]);
        const container = "spec.jobTemplate.spec.template.spec.containers.0";
        assert.deepEqual(registered.input("cleanup-schedule", `${container}.env`), [
            { name: "NAMESPACES", value: "team-a team-b" },
        ]);
        const [shell = "", ...args] = registered.input("cleanup-schedule", `${container}.args`) as string[];
        const folder = mkdtempSync(join(tmpdir(), "pod-cleanup-"));
        try {
            // Says what it was asked for, and cannot clean up the first one.
            writeFileSync(join(folder, "airflow"), '#!/bin/sh\necho "$@"\ntest "$4" != team-a\n', { mode: 0o755 });
            const env = { PATH: `${folder}:${process.env.PATH ?? ""}`, NAMESPACES: "team-a team-b" };
            const { stdout, status } = spawnSync(shell, args, { env, encoding: "utf8" });
            assert.equal(
                stdout,
                "kubernetes cleanup-pods --namespace team-a\nkubernetes cleanup-pods --namespace team-b\n",
            );
            assert.equal(status, 1);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("knows neither the database nor a key", async () => {
        const env = (await cleanup()).input("cleanup-schedule", "spec.jobTemplate.spec.template.spec.containers.0.env");
        assert.deepEqual(env, [{ name: "NAMESPACES", value: "team-a" }]);
    });
});
