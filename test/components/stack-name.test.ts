import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";

/** The lines of a component that ask for the stack's name. */
const asking = (text: string): string[] =>
    text.split("\n").filter((line) => /\bgetStack\b|\bPULUMI_STACK\b/.test(line));

describe("environments", () => {
    it("differ by config alone: no component reads the stack's name", () => {
        const files = readdirSync(join(checkout, "components"), { recursive: true, encoding: "utf8" });
        const components = files.filter((file) => file.endsWith(".ts"));
        assert.ok(components.length > 50);
        const readers = components.filter(
            (file) => asking(readFileSync(join(checkout, "components", file), "utf8")).length > 0,
        );
        assert.deepEqual(readers, []);
    });

    it("would be seen to differ by name", () => {
        assert.equal(asking("const prefix = args.prefix ?? pulumi.getStack();").length, 1);
    });
});
