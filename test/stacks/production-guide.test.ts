import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { quotaNeeds } from "../../operations/doctor/quotas/needs.ts";
import { stackConfig } from "../../operations/stack/stack-config.ts";
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

    it("says of every value of the example that has to be the reader's own where it comes from", async () => {
        const example = await readFile(join(checkout, "Pulumi.prod.example.yaml"), "utf8");
        const guide = await readFile(join(checkout, "docs", "production.md"), "utf8");
        const [, table = ""] = /What has to be your own:\n\n(.*?)\n\n/s.exec(guide) ?? [];
        const named = [...table.matchAll(/`([\w.]+)`/g)].map(([, key = ""]) => key);
        const { config } = parse(example) as { config: Record<string, unknown> };
        const values = Object.entries(config).flatMap(([key, section]) =>
            valuesBelow(section, key.replace("airflow-linkerd:", "")),
        );
        const madeUp = values.filter(({ value }) => placeholder.test(value)).map(({ path }) => path);
        assert.ok(madeUp.length > 10, `only ${madeUp.length} placeholders: the pattern finds next to nothing`);
        assert.deepEqual(
            madeUp.filter((path) => !named.some((key) => path === key || path.startsWith(`${key}.`))),
            [],
        );
    });

    it("asks AWS for as much as the example needs", async () => {
        const guide = await readFile(join(checkout, "docs", "production.md"), "utf8");
        const { cluster } = stackConfig("prod.example", join(checkout, "Pulumi.prod.example.yaml"));
        const needed = Object.fromEntries(quotaNeeds({ cluster }).map(({ code, amount }) => [code, amount]));
        assert.deepEqual(Object.keys(needed).sort(), ["L-0263D0A3", "L-1216C47A", "L-34B43A08"]);
        for (const [code, amount] of Object.entries(needed)) {
            const [, said] = new RegExp(`\\| \`${code}\` *\\|[^|]*\\| (\\d+)`).exec(guide) ?? [];
            assert.equal(Number(said), amount, code);
        }
    });

    it("says of every part that may be replaced what replaces it", async () => {
        const guide = await readFile(join(checkout, "docs", "production.md"), "utf8");
        const [, table = ""] = /(\| Change .*?)\n\n/s.exec(guide) ?? [];
        for (const part of ["cluster", "database", "logs", "network"]) {
            assert.match(table, new RegExp(`\`${part}\`.*\\|$`, "m"));
        }
    });
});

/** What the example makes up: accounts, addresses, names of companies, of roles and of groups, and secrets. */
const placeholder =
    /123456789012|203\.0\.113|example|ExampleOnly|airflow-prod|platform-(admins|team)|data-platform|dag-authors|data-operations|^staff$|^Z0123456789/;

/** Each text below a section with its keys, as `cluster.network.cidr`. The place in a list is left out. */
function valuesBelow(value: unknown, path: string): { path: string; value: string }[] {
    if (Array.isArray(value)) {
        return value.flatMap((each) => valuesBelow(each, path));
    }
    if (typeof value === "object" && value !== null) {
        return Object.entries(value).flatMap(([key, below]) => valuesBelow(below, `${path}.${key}`));
    }
    return [{ path, value: String(value) }];
}

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
