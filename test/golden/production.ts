import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { checkout } from "../../rehearsal/place.ts";
import { type Recording } from "../../rehearsal/recording/recording.ts";
import { recorded } from "../support/recordings.ts";

/** The stack that shows what one in production is like. */
export const productionStack = "prod.example";

/** A section as YAML gives it, with texts in the place of its secrets. */
export type Section = Record<string, unknown>;

/** How a stack differs from the example, by section. */
export type Changes = Readonly<Record<string, (section: Section) => unknown>>;

/** The graph of the production example, or of one that differs from it. */
export async function recordProduction(
    changes: Changes = {},
    { preview = false }: { preview?: boolean } = {},
): Promise<Recording> {
    const sections = await productionSections();
    const config = Object.fromEntries(
        Object.entries(changes).map(([name, change]) => [name, change(sections.of[name] ?? {})]),
    );
    const secretKeys = sections.secret.filter((name) => name in config);
    return recorded(productionStack, { preview, config, secretKeys });
}

async function productionSections() {
    const secret = new Set<string>();
    const text = await readFile(join(checkout, `Pulumi.${productionStack}.yaml`), "utf8");
    const { config } = parse(text) as { config: Record<string, Section> };
    const named = Object.entries(config).map(([key, section]) => {
        const name = key.split(":")[1] ?? "";
        const open = JSON.parse(JSON.stringify(section), (_key, value: unknown) => {
            if (typeof value === "object" && value !== null && "secure" in value) {
                secret.add(name);
                return `<secret of ${name}>`;
            }
            return value;
        }) as Section;
        return [name, open] as const;
    });
    return { of: Object.fromEntries(named) as Readonly<Record<string, Section>>, secret: [...secret] };
}
