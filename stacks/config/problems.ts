import { z } from "zod";

import { nearest } from "./nearest.ts";
import { configSchema } from "./schema.ts";

export type KeyPath = readonly PropertyKey[];

/** Takes a key within the section, its value, and the rule with the way out. */
export type Refuse = (path: KeyPath, value: unknown, ruleAndWayOut: string) => void;

/** Takes problems that are written out already, each beginning with its key below the project's name. */
export type Report = (problems: readonly string[]) => void;

/** Keys whose values must be encrypted, and are never shown. */
const secretKeys = new Set<PropertyKey>(["password", "clientSecret", "token", "privateKey"]);

/** One thing that is wrong in the stack's file, as a line for people: key, value, rule and way out. */
export function problem(path: KeyPath, value: unknown, ruleAndWayOut: string, secret: boolean): string {
    return `${written(path)} is ${shown(path, value, secret)}: ${ruleAndWayOut}`;
}

/** What zod found in one section, in the same form. */
export function issueProblems(
    section: string,
    value: unknown,
    issues: readonly z.core.$ZodIssue[],
    secret: boolean,
): string[] {
    return issues.flatMap((issue) => {
        const path = [section, ...issue.path];
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...path, key], knownKeys(path, { [section]: value })));
        }
        return [problem(path, valueAt({ [section]: value }, path), issue.message, secret)];
    });
}

/** Secrets in a section of which nothing is encrypted. */
export function plainSecrets(path: KeyPath, value: unknown): string[] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([name, below]) => {
        const key = Array.isArray(value) ? Number(name) : name;
        return secretKeys.has(key)
            ? [
                  problem(
                      [...path, key],
                      below,
                      `it is a secret and stands there in plain text. Encrypt it with "pulumi config set --secret --path ` +
                          `'${written([...path, key])}'", and consider it known to others.`,
                      true,
                  ),
              ]
            : plainSecrets([...path, key], below);
    });
}

/** A key that does not exist, with the one that was probably meant. */
export function unknownKey(path: KeyPath, known: readonly string[]): string {
    const meant = nearest(String(path.at(-1)), known);
    const wayOut = meant === undefined ? "Remove it." : `Did you mean ${meant}? Else remove it.`;
    return `${written(path)} is no key that exists; there are ${known.join(", ")}. ${wayOut}`;
}

function written(path: KeyPath): string {
    const [section, ...rest] = path;
    const below = rest.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return `airflow-linkerd:${String(section)}${below}`;
}

function shown(path: KeyPath, value: unknown, secret: boolean): string {
    if (value === undefined || value === null) {
        return "missing";
    }
    const hidden = secret || path.some((key) => secretKeys.has(key));
    if (Array.isArray(value)) {
        return shownList(value, hidden);
    }
    if (typeof value === "object") {
        return "a map";
    }
    return hidden ? "[secret]" : JSON.stringify(value);
}

/** In full where that is short: a list of maps says too much, and may hold a secret. */
function shownList(list: readonly unknown[], hidden: boolean): string {
    if (list.length === 0) {
        return "an empty list";
    }
    return hidden || list.some((item) => typeof item === "object")
        ? "a list"
        : `[${list.map((item) => JSON.stringify(item)).join(", ")}]`;
}

/** What is at a path, where there is anything. */
export function valueAt(value: unknown, path: KeyPath): unknown {
    return path.reduce((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** The keys that the schema has at a path. Which branch of a union applies is read from the value. */
function knownKeys(path: KeyPath, value: unknown): string[] {
    let schema: z.core.$ZodType = configSchema;
    path.forEach((key, depth) => {
        schema = below(schema, key, valueAt(value, path.slice(0, depth))) ?? schema;
    });
    return Object.keys(objectAt(schema, valueAt(value, path))?.shape ?? {});
}

function below(schema: z.core.$ZodType, key: PropertyKey, value: unknown): z.core.$ZodType | undefined {
    const list = unwrapped(schema);
    return list instanceof z.ZodArray ? list.element : objectAt(schema, value)?.shape[String(key)];
}

/** What is within a default. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
    return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
        ? unwrapped(schema.def.innerType)
        : schema;
}

function objectAt(wrapped: z.core.$ZodType, value: unknown): z.ZodObject | undefined {
    const schema = unwrapped(wrapped);
    if (schema instanceof z.ZodPipe) {
        return objectAt(schema.def.out, value);
    }
    if (schema instanceof z.ZodDiscriminatedUnion) {
        const kind = (value as Record<string, unknown>)[schema.def.discriminator];
        return (schema.options as z.ZodObject[]).find(
            (option) => z.safeParse(option.shape[schema.def.discriminator] as z.ZodType, kind).success,
        );
    }
    return schema instanceof z.ZodObject ? schema : undefined;
}
