import assert from "node:assert/strict";
import { join } from "node:path";

import { audit } from "../../../operations/doctor/audit/audit.ts";
import { auditText } from "../../../operations/doctor/audit/audit-text.ts";
import { readRecording } from "../../../operations/doctor/proxies/recording.ts";
import { exampleRows } from "./example-rows.ts";

describe("an audit as text", () => {
    it("has a line for each finding with its row below it, and what is doubtful apart", async () => {
        const text = auditText(audit(readRecording(join(import.meta.dirname, "recording")), await exampleRows()));
        const lines = text.split("\n");
        assert.match(lines[0] ?? "", /^CALLER +TARGET +PORT +PATH +COUNT +NOW$/);
        const at = lines.findIndex((line) =>
            /^airflow-tasks\/worker +api\.example\.com +443 +- +20 +let through$/.test(line),
        );
        assert.equal(lines[at + 1], "    → mesh.egress: [{hosts: [api.example.com], from: tasks, reason: …}]");
        const doubtful = text.indexOf("Perhaps allowed");
        assert.ok(text.indexOf("api.example.com") < doubtful && doubtful < text.indexOf('row "health"'));
        assert.match(
            text,
            /\n5 proxies read: 15 kinds of calls without a row, 3 perhaps\. 163 calls more came under a row\.\n$/,
        );
    });

    it("is one line where nothing was found", () => {
        assert.equal(
            auditText({ findings: [], proxies: 1, allowed: 1 }),
            "1 proxy read: 0 kinds of calls without a row, 0 perhaps. 1 call more came under a row.\n",
        );
    });
});
