import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { terminationMessage } from "../../../../../rehearsal/cluster/node/process/termination-message.ts";

const asks = { name: "check", terminationMessagePolicy: "FallbackToLogsOnError" };

describe("what a container that failed says", () => {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-message-"));
    const log = join(folder, "0.log");
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("is the end of its log, where it asks for that", () => {
        writeFileSync(log, "looking\npod one has no proxy\n");
        assert.equal(terminationMessage(asks, 1, log), "looking\npod one has no proxy");
        assert.equal(terminationMessage({ name: "check" }, 1, log), undefined);
        assert.equal(terminationMessage(asks, 0, log), undefined);
    });

    it("is nothing without a log", () => {
        assert.equal(terminationMessage(asks, 1, join(folder, "1.log")), undefined);
    });

    it("is no longer than the kubelet lets it be", () => {
        writeFileSync(log, Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(""));
        assert.equal(terminationMessage(asks, 1, log)?.split("\n")[0], "line 20");
        writeFileSync(log, "x".repeat(5000));
        assert.equal(terminationMessage(asks, 1, log)?.length, 2048);
    });
});
