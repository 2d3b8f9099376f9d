import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

import { withMachineLock } from "../../../rehearsal/machine/machine-lock.ts";

describe("a machine lock", () => {
    const subject = `test ${String(process.pid)}`;
    const silent = () => undefined;

    it("lets one run at a time, and tells the other that it waits", async () => {
        const events: string[] = [];
        const run = (name: string) =>
            withMachineLock(
                subject,
                () => events.push(`${name} waits`),
                async () => {
                    events.push(`${name} begins`);
                    await new Promise((resolve) => setTimeout(resolve, 50));
                    events.push(`${name} ends`);
                },
            );
        await Promise.all([run("first"), run("second")]);
        assert.deepEqual(events, ["first begins", "second waits", "first ends", "second begins", "second ends"]);
    });

    it("is let go when the work fails", async () => {
        await assert.rejects(
            withMachineLock(subject, silent, () => Promise.reject(new Error("failed"))),
            /^Error: failed$/,
        );
        assert.equal(await withMachineLock(subject, assert.fail, () => Promise.resolve("free")), "free");
    });

    it("is let go when its holder is killed", async () => {
        const file = new URL("../../../rehearsal/machine/machine-lock.ts", import.meta.url).href;
        const script = `import { withMachineLock } from ${JSON.stringify(file)};
            await withMachineLock(${JSON.stringify(subject)}, () => {}, () => new Promise(() => {
                console.log("held");
                setInterval(() => {}, 1000);
            }));`;
        const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        await once(holder.stdout, "data");
        let waited = false;
        const ran = withMachineLock(
            subject,
            () => {
                waited = true;
                holder.kill("SIGKILL");
            },
            () => Promise.resolve("mine"),
        );
        assert.equal(await ran, "mine");
        assert.equal(waited, true);
    });
});
