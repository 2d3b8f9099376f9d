import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkout } from "../../rehearsal/place.ts";
import { project, sectionSchemas } from "./stack-schema.ts";
import { markdownTable, withWrittenPart } from "./written-part.ts";

export const configFile = join(checkout, "docs", "config.md");

/** By key the release that it came with, for each key that a release had. */
export const releasedConfigFile = join(checkout, "test", "docs", "released-config.json");

/** What of a key's schema the page tells. */
interface Schema {
    readonly type?: string;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
    readonly items?: Schema;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly required?: readonly string[];
    readonly default?: unknown;
    readonly description?: string;
    readonly $ref?: string;
}

/** The page with the tables in their place. */
export function withConfig(page: string, tables: string): string {
    return withWrittenPart("docs/config.md", page, tables);
}

/** One table for each section, with a row for each of its keys. */
export function configTables(since: ReadonlyMap<string, string> = configSince()): string {
    return sections()
        .flatMap(({ key: section, rows }) => [
            `## \`${project}:${section}\``,
            markdownTable(
                ["Key", "Type", "Default", "Since", "Rule"],
                rows.map(({ key, type, usual, rule }) => [`\`${key}\``, type, usual, since.get(key) ?? "", rule]),
            ),
        ])
        .join("\n\n");
}

/** By key the release that it came with: what no release had comes with the one that package.json names. */
export function configSince(
    released: Readonly<Record<string, string>> = JSON.parse(readFileSync(releasedConfigFile, "utf8")) as Record<
        string,
        string
    >,
): Map<string, string> {
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { version: string };
    return new Map(sections().flatMap(({ rows }) => rows.map(({ key }) => [key, released[key] ?? version])));
}

interface Row {
    readonly key: string;
    readonly type: string;
    readonly usual: string;
    readonly rule: string;
}

function sections(): { readonly key: string; readonly rows: readonly Row[] }[] {
    return Object.entries(sectionSchemas() as Record<string, Schema>).map(([key, schema]) => ({
        key,
        rows: [row(key, schema, true), ...rowsBelow(key, schema)],
    }));
}

function row(key: string, schema: Schema, optional: boolean): Row {
    const usual =
        schema.default === undefined ? (optional ? "–" : "must be given") : `\`${JSON.stringify(schema.default)}\``;
    return { key, type: typeOf(schema), usual, rule: schema.description ?? "" };
}

function rowsBelow(path: string, { properties, items, anyOf, oneOf, required = [] }: Schema): Row[] {
    const kinds = [...(anyOf ?? []), ...(oneOf ?? [])].filter((each) => each.properties !== undefined);
    return [
        ...Object.entries(properties ?? {}).flatMap(([key, schema]) => [
            row(`${path}.${key}`, schema, !required.includes(key)),
            ...rowsBelow(`${path}.${key}`, schema),
        ]),
        ...(items === undefined ? [] : rowsBelow(`${path}[]`, items)),
        ...kinds.flatMap((each) => rowsBelow(`${path}${kindOf(each)}`, each)),
    ];
}

/** Which of several forms it is, by the key that says so. */
function kindOf({ properties = {} }: Schema): string {
    const [said] = Object.entries(properties).filter(([, { const: value }]) => value !== undefined);
    return said === undefined ? "" : `(${said[0]}: ${String(said[1].const)})`;
}

function typeOf(schema: Schema): string {
    const { type, const: value, enum: values, items, additionalProperties } = schema;
    const several = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(({ $ref }) => $ref === undefined);
    if (value !== undefined) {
        return `\`${String(value)}\``;
    }
    if (values !== undefined) {
        return values.map((each) => `\`${String(each)}\``).join(" or ");
    }
    if (several.length > 0) {
        return [...new Set(several.map(typeOf))].join(" or ");
    }
    if (type === "array") {
        return `list of ${items === undefined ? "anything" : typeOf(items)}`;
    }
    if (type === "object") {
        return typeof additionalProperties === "object" ? `map to ${typeOf(additionalProperties)}` : "map";
    }
    return names[type ?? ""] ?? "anything";
}

const names: Readonly<Record<string, string>> = {
    string: "text",
    integer: "whole number",
    number: "number",
    boolean: "yes or no",
};
