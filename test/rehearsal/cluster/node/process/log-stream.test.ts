import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";

import { stamped, streamLog } from "../../../../../rehearsal/cluster/node/process/log-stream.ts";

describe("the log of a container", () => {
    const moment = new Date("2026-11-26T01:02:03.004Z");

    it("has the time before each line for who asks so, also before one that comes in parts", () => {
        const stamp = stamped(() => moment);
        const time = moment.toISOString();
        const shown = ["one\ntw", "o\n\nthr", "ee"].map((part) => stamp(Buffer.from(part)).toString()).join("");
        assert.equal(shown, `${time} one\n${time} two\n${time} \n${time} three`);
        assert.equal(stamp(Buffer.from("")).toString(), "");
    });

    it("is given as it is to who does not", async () => {
        const folder = mkdtempSync(join(tmpdir(), "log-stream-"));
        try {
            const file = join(folder, "0.log");
            writeFileSync(file, "one\ntwo\n");
            for (const [timestamps, expected] of [
                [false, /^one\ntwo\n$/],
                [true, /^\d{4}-[^ ]+Z one\n\d{4}-[^ ]+Z two\n$/],
            ] as const) {
                const stream = new PassThrough();
                const read = text(stream);
                await streamLog(file, { timestamps, follow: () => false }, stream);
                stream.end();
                assert.match(await read, expected);
            }
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
