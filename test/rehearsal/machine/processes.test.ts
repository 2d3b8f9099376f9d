import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { end, ownerMark } from "../../../rehearsal/machine/owned-processes.ts";
import { identify, isAlive, type ProcessIdentity, readStat } from "../../../rehearsal/machine/process-identity.ts";
import { readRecords, runningProcesses, writeRecords } from "../../../rehearsal/machine/process-records.ts";
import { type Place, place } from "../../../rehearsal/place.ts";

describe("recorded processes", () => {
    let at: Place;
    const children: ChildProcess[] = [];

    beforeEach(() => {
        at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-processes-")));
        mkdirSync(at.cluster);
    });

    afterEach(() => {
        for (const { pid } of children.splice(0)) {
            const leader = pid === undefined ? undefined : identify(pid);
            if (leader !== undefined) {
                process.kill(-leader.pid, "SIGKILL");
            }
        }
        rmSync(at.root, { recursive: true });
    });

    /** Runs a shell in a group of its own, and waits for the first line that it writes. */
    async function shell(script: string, name?: string): Promise<{ leader: ProcessIdentity; said: string }> {
        const child = spawn("sh", ["-c", script], {
            detached: true,
            stdio: ["ignore", "pipe", "inherit"],
            env: { PATH: process.env.PATH, ...(name === undefined ? {} : ownerMark(at.root, name)) },
        });
        children.push(child);
        const [chunk] = (await once(child.stdout, "data")) as [Buffer];
        const leader = identify(child.pid ?? 0);
        assert.ok(leader);
        return { leader, said: chunk.toString().trim() };
    }

    it("knows a living process by its start time", async () => {
        const { leader } = await shell("echo up; exec sleep 60");
        assert.equal(isAlive(leader), true);
        assert.equal(isAlive({ ...leader, startTime: String(Number(leader.startTime) - 1) }), false);
        assert.equal(isAlive({ ...leader, bootId: "an earlier start of the machine" }), false);
    });

    it("leaves alone a process that has the id of a recorded one", async () => {
        const { leader } = await shell("echo up; exec sleep 60");
        const earlier = { ...leader, startTime: String(Number(leader.startTime) - 1) };
        writeRecords(at, [{ name: "etcd", fingerprint: "f", ...earlier }]);

        assert.deepEqual(runningProcesses(at), []);
        assert.equal(await end(earlier, at.root, 1), false);
        assert.equal(isAlive(leader), true);
    });

    it("ends the children of a process with it", async () => {
        const { leader, said } = await shell("sleep 60 & echo $!; wait");
        assert.equal(await end(leader, at.root, 5), true);
        assert.equal(readStat(Number(said)), undefined);
    });

    it("kills the child that outlives its process", async () => {
        const { leader, said } = await shell(`sh -c 'trap "" TERM; echo $$; exec sleep 60' & wait`);
        const child = identify(Number(said));
        assert.ok(child);
        assert.equal(await end(leader, at.root, 0.3), true);
        assert.equal(isAlive(child), false);
    });

    it("ends the children that a dead process left behind, by their mark", async () => {
        const { leader, said } = await shell("sleep 60 & echo $!; wait", "node");
        const child = identify(Number(said));
        assert.ok(child);
        process.kill(leader.pid, "SIGKILL");
        await until(() => !isAlive(leader));

        assert.equal(isAlive(child), true);
        assert.equal(await end(leader, at.root, 5), true);
        assert.equal(isAlive(child), false);
    });

    it("kills what does not end by itself", async () => {
        const { leader } = await shell("trap '' TERM; echo up; while :; do sleep 0.1; done");
        assert.equal(await end(leader, at.root, 0.3), true);
        assert.equal(isAlive(leader), false);
    });

    it("finds a process whose record was lost", async () => {
        const { leader } = await shell("echo up; exec sleep 60", "etcd");
        writeFileSync(join(at.cluster, "processes.json"), '{"processes": [{"na');

        assert.deepEqual(readRecords(at), []);
        assert.deepEqual(
            runningProcesses(at).map(({ name, pid, fingerprint }) => ({ name, pid, fingerprint })),
            [{ name: "etcd", pid: leader.pid, fingerprint: "" }],
        );
    });

    it("does not take another place's process for its own", async () => {
        await shell("echo up; exec sleep 60", "etcd");
        assert.deepEqual(runningProcesses(place(`${at.root}/other`)), []);
    });
});

async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}
