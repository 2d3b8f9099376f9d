import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ContainerProcess } from "../../../../../rehearsal/cluster/node/process/container-process.ts";
import { type NetworkHolder } from "../../../../../rehearsal/cluster/node/process/network/namespaces.ts";
import { identify } from "../../../../../rehearsal/machine/process-identity.ts";

describe("a container that ended while no node ran", () => {
    const network = {} as NetworkHolder;
    let folder: string;

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-container-"));
        const child = spawn("cat");
        const leader = identify(child.pid ?? 0);
        child.stdin.end();
        await once(child, "exit");
        writeFileSync(join(folder, "process.json"), JSON.stringify(leader));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is found, and tells how it ended, so that a task that succeeded is not called failed", async () => {
        writeFileSync(join(folder, "status"), '{ "child-pid": 1 }\n{ "exit-code": 0 }\n');
        assert.equal(await ContainerProcess.find(folder, network)?.ended, 0);
    });

    it("takes with it what it left running, and nothing that only has its number", async () => {
        for (const [argv0, signal] of [
            ["bwrap", "SIGKILL"],
            ["other", "SIGTERM"],
        ] as const) {
            const left = spawn("sleep", ["600"], { argv0 });
            await once(left, "spawn");
            const gone = once(left, "exit");
            writeFileSync(join(folder, "status"), `{ "child-pid": ${String(left.pid)} }\n{ "exit-code": 0 }\n`);
            assert.equal(await ContainerProcess.find(folder, network)?.ended, 0);
            // Of two signals the first one ends it.
            left.kill("SIGTERM");
            assert.deepEqual(await gone, [null, signal]);
        }
    });

    it("is lost when nothing says how it ended", () => {
        writeFileSync(join(folder, "status"), '{ "child-pid": 1 }\n');
        assert.equal(ContainerProcess.find(folder, network), undefined);
    });
});
