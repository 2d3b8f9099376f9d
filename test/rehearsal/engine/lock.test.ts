import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { lock } from "../../../rehearsal/engine/lock.ts";
import { Stage } from "./stage.ts";

describe("the lock of a stack", function () {
    // Each run starts a program, which takes a second on a quiet machine.
    this.timeout(120_000);

    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-lock-"))));
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const file = (): string => join(folder, "dev.lock.json");
    const silent = (): void => assert.fail("nothing to notice");

    it("says who holds it and how to free it, and is free again afterwards", async () => {
        const unlock = await lock(file(), "dev", silent);
        await assert.rejects(
            lock(file(), "dev", silent),
            new RegExp(
                `Stack dev is locked by \\S+, process ${process.pid}, since 20.* free the stack with: rm ${file()}`,
            ),
        );
        await unlock();
        await (
            await lock(file(), "dev", silent)
        )();
        assert.deepEqual(await readdir(folder), []);
    });

    it("is taken over from a process of this machine that is gone, even if its id is in use again", async () => {
        const holder = { user: "someone", host: hostname(), pid: process.pid, since: "long ago", startTime: "1" };
        await writeFile(file(), JSON.stringify(holder));
        const notices: string[] = [];
        await lock(file(), "dev", (text) => notices.push(text));
        assert.match(notices.join(), /a run that has died \(someone@/);
    });

    it("is never taken from another machine", async () => {
        const holder = { user: "someone", host: "elsewhere", pid: 1, since: "now", startTime: "1" };
        await writeFile(file(), JSON.stringify(holder));
        await assert.rejects(lock(file(), "dev", silent), /locked by someone@elsewhere/);
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
