import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { checkout } from "../../rehearsal/place.ts";
import { configSchema } from "../../stacks/config/schema.ts";

/** Every key that a stack may set, with those of the sections that it may choose between, as `cluster.network.cidr`. */
const keys = new Set(keysBelow(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" })));

/** What is written as a key of a stack: it begins with one of its sections. */
const written = new RegExp(`\`((?:${Object.keys(configSchema.shape).join("|")})(?:\\.\\w+)+)`, "g");

describe("docs/production.md", () => {
    it("names no key that a stack cannot have", async () => {
        const guide = await readFile(join(checkout, "docs", "production.md"), "utf8");
        const named = [...guide.matchAll(written)].map(([, key = ""]) => key);
        assert.ok(named.length > 20, `only ${named.length} keys are named: the pattern finds next to nothing`);
        assert.deepEqual(
            named.filter((key) => !keys.has(key)),
            [],
        );
    });

    it("says of every part that may be replaced what replaces it", async () => {
        const guide = await readFile(join(checkout, "docs", "production.md"), "utf8");
        const [, table = ""] = /(\| Change .*?)\n\n/s.exec(guide) ?? [];
        for (const part of ["cluster", "database", "logs", "network"]) {
            assert.match(table, new RegExp(`\`${part}\`.*\\|$`, "m"));
        }
    });
});

function keysBelow(schema: unknown, path = ""): string[] {
    const {
        properties = {},
        anyOf = [],
        oneOf = [],
    } = schema as Record<"properties", Record<string, unknown>> & Record<"anyOf" | "oneOf", unknown[]>;
    return [
        ...Object.entries(properties).flatMap(([key, below]) => {
            const full = path === "" ? key : `${path}.${key}`;
            return [full, ...keysBelow(below, full)];
        }),
        ...[...anyOf, ...oneOf].flatMap((choice) => keysBelow(choice, path)),
    ];
}
