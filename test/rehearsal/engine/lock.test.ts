import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { breakLock, lock } from "../../../rehearsal/engine/state/lock.ts";
import { Stage } from "./stage.ts";

describe("the lock of a stack", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-lock-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const file = (): string => join(folder, "dev.lock.json");
    const notices: string[] = [];
    const take = (takeOver = false): ReturnType<typeof lock> =>
        lock({ file: file(), stack: "dev", takeOver, notice: (text) => notices.push(text) });

    /** Of a process whose id is in use again. */
    const dead = { user: "someone", host: hostname(), pid: process.pid, since: "long ago", startTime: "1" };
    const elsewhere = { ...dead, host: "elsewhere", pid: 1 };
    const hold = (holder: object): Promise<void> => writeFile(file(), JSON.stringify(holder));

    it("says who holds it and how to free it, and is free again afterwards", async () => {
        const unlock = await take();
        await assert.rejects(
            take(),
            new RegExp(
                `Stack dev is locked by \\S+, process ${process.pid}, since 20.* If it is surely gone, free the stack with \`cancel\``,
            ),
        );
        await unlock();
        await (
            await take()
        )();
        assert.deepEqual(await readdir(folder), []);
    });

    it("is not taken from a run that was killed, and says both ways out", async () => {
        await hold(dead);
        await assert.rejects(
            take(),
            /locked by someone@.*, a run that was killed. Free the stack with `cancel` and see docs\/interrupted-runs.md .* --resume$/,
        );
    });

    it("is taken over from a run that was killed by one that goes on from there", async () => {
        await hold(dead);
        await take(true);
        assert.match(notices.join(), /a run that has died \(someone@/);
    });

    it("is never taken over from another machine", async () => {
        await hold(elsewhere);
        await assert.rejects(take(true), /locked by someone@elsewhere/);
    });

    it("is broken on request, wherever its holder was", async () => {
        for (const holder of [dead, elsewhere]) {
            await hold(holder);
            assert.match((await breakLock(file(), "dev")) ?? "", /^someone@/);
            assert.equal(await breakLock(file(), "dev"), undefined);
        }
    });

    it("is not broken while the run that holds it is under way on this machine", async () => {
        const unlock = await take();
        await assert.rejects(breakLock(file(), "dev"), /is under way: interrupt it with Ctrl-C or `kill -INT \d+`/);
        await assert.rejects(take(), /is locked by/);
        await unlock();
    });

    it("keeps a second run off, and none off a preview", async () => {
        const stage = await Stage.open();
        let release = (): void => undefined;
        stage.world.held.set("create a", new Promise((resolve) => (release = resolve)));
        const first = stage.up([{ name: "a" }]);
        await stage.world.begun("create a");
        await assert.rejects(stage.destroy(), /Stack dev is locked by/);
        assert.equal((await stage.preview([{ name: "a" }])).ok, true);
        release();
        assert.equal((await first).ok, true);
        await stage.close();
    });
});
