import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../../rehearsal/place.ts";
import { fixedInputs } from "../../../rehearsal/providers/aws/replacement.ts";

describe("docs/replacement.md", () => {
    it("names everything that replaces what it lists, and nothing else", () => {
        const text = readFileSync(join(checkout, "docs", "replacement.md"), "utf8");
        const rows = [...text.matchAll(/^\| `(\w+\/\w+)`\s*\| (.*?)\s*\|$/gm)];
        assert.deepEqual(
            rows.map(([, kind]) => kind),
            ["ec2/vpc", "ec2/subnet", "eks/cluster", "eks/nodeGroup", "kms/key", "rds/instance", "rds/cluster"],
        );
        for (const [, kind = "", cells = ""] of rows) {
            const named = [...cells.matchAll(/`([\w.]+)`/g)].map(([, input = ""]) => input);
            const fixed = fixedInputs(`aws:${kind}:It`).filter((input) => input !== "region");
            assert.deepEqual(named.sort(), [...fixed].sort(), kind);
        }
    });
});
