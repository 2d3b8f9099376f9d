import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readRecording, writeRecording } from "../../../operations/doctor/proxies/recording.ts";

const pod = { namespace: "airflow", name: "worker-1", labels: { component: "worker" } };

describe("a recording of proxies' metrics", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-recording-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is read back as it was written, as a folder and file by file", () => {
        const other = { ...pod, name: "worker-2" };
        const written = join(folder, "new");
        writeRecording(written, [
            { pod, text: "a 1\n" },
            { pod: other, text: "a 2\n" },
        ]);
        const read = readRecording(written);
        assert.deepEqual(
            read.map((each) => each.pod),
            [pod, other],
        );
        assert.ok(read[0]?.text.endsWith("a 1\n"));
        const file = join(written, "airflow.worker-2.prom");
        assert.deepEqual(readRecording(file)[0]?.pod, other);
        assert.equal(statSync(file).mode & 0o777, 0o600);
    });

    it("is refused where there is none", () => {
        assert.throws(
            () => readRecording(folder),
            /--scrape is .*: there is no \.prom file in it\. Make a recording with --record\.$/,
        );
        assert.throws(
            () => readRecording(join(folder, "none")),
            /there is no such file or folder\. Make one with --record\.$/,
        );
    });

    it("is refused where a file does not say whose it is", () => {
        for (const opening of [
            "a 1",
            "# pod: {",
            '# pod: {"namespace":"airflow"}',
            '# pod: {"namespace":"","name":"a","labels":{}}',
        ]) {
            const file = join(folder, "some.prom");
            writeFileSync(file, `${opening}\na 1\n`);
            assert.throws(() => readRecording(folder), /some\.prom does not say whose metrics it has/, opening);
        }
    });
});
