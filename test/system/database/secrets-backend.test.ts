import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { lookupIn, ownLookup, platformLookup } from "../../../components/airflow/secrets-backend/secrets-manager.ts";
import { airflowInstallation } from "../../../rehearsal/airflow/installation.ts";
import { startSecretsManager } from "./secrets-manager.ts";

/** Asks Airflow's own backends for connections, as the API server or as a task's supervisor does, and prints their hosts. */
const program = `
import sys
from airflow.configuration import ensure_secrets_loaded
if sys.argv[1] == "worker":
    from airflow.sdk.execution_time.supervisor import ensure_secrets_backend_loaded
    backend = ensure_secrets_backend_loaded()[0]
else:
    backend = ensure_secrets_loaded()[0]
assert type(backend).__name__ == "SecretsManagerBackend", backend
for conn_id in sys.argv[2:]:
    found = backend.get_connection(conn_id)
    print(conn_id, found and found.host, flush=True)
`;

describe("Airflow with secrets in AWS", () => {
    let root: string;
    let python: string;
    let secrets: Awaited<ReturnType<typeof startSecretsManager>>;

    before(async () => {
        root = mkdtempSync(join(tmpdir(), "secrets-backend-"));
        python = join((await airflowInstallation("3.3.2", console.log)).bin, "python");
        secrets = await startSecretsManager({
            "airflow/platform/connections/platform_warehouse": JSON.stringify({ conn_type: "http", host: "shared" }),
            "airflow/tasks/connections/warehouse": "http://own",
            "airflow/tasks/connections/platform_warehouse": "http://forged",
        });
    });

    after(async () => {
        await secrets.close();
        rmSync(root, { recursive: true });
    });

    /** What was found, and what Secrets Manager was asked for on the way. */
    async function lookUp(who: "worker" | "api-server", lookup: ReturnType<typeof lookupIn>, ids: readonly string[]) {
        const before = secrets.asked.length;
        const setting = who === "worker" ? "AIRFLOW__WORKERS__SECRETS_BACKEND" : "AIRFLOW__SECRETS__BACKEND";
        const found = await new Promise<string>((resolve, reject) => {
            const env = {
                PATH: process.env.PATH,
                AIRFLOW_HOME: root,
                ...secrets.environment,
                [setting]: lookup.className,
                [`${setting}_KWARGS`]: lookup.kwargs,
            };
            execFile(python, ["-c", program, who, ...ids], { env }, (error, stdout, stderr) => {
                if (error === null) {
                    resolve(stdout);
                } else {
                    reject(new Error(stderr));
                }
            });
        });
        const lines = found.split("\n").filter((line) => ids.some((id) => line.startsWith(`${id} `)));
        return { found: lines, asked: secrets.asked.slice(before) };
    }

    it("finds the platform's connections by the API server, and pays for no other lookup", async () => {
        const lookup = lookupIn({ path: "airflow/platform", region: "eu-west-1", lookupPattern: platformLookup });
        const { found, asked } = await lookUp("api-server", lookup, [
            "platform_warehouse",
            "warehouse",
            "platform_missing",
        ]);
        assert.deepEqual(found, ["platform_warehouse shared", "warehouse None", "platform_missing None"]);
        assert.deepEqual(asked, [
            "airflow/platform/connections/platform_warehouse",
            "airflow/platform/connections/platform_missing",
        ]);
    });

    it("finds a task's own connections by its supervisor, and never its own in place of the platform's", async () => {
        const lookup = lookupIn({ path: "airflow/tasks", region: "eu-west-1", lookupPattern: ownLookup });
        const { found, asked } = await lookUp("worker", lookup, ["warehouse", "platform_warehouse"]);
        assert.deepEqual(found, ["warehouse own", "platform_warehouse None"]);
        assert.deepEqual(asked, ["airflow/tasks/connections/warehouse"]);
    });
});
