import { type KeyPath, type Problem, problemText } from "../../components/problem.ts";
import { z } from "zod";

import { nearest } from "./nearest.ts";
import { isSecretKey, valueAt } from "./plain-secrets.ts";
import { configSchema } from "./schema.ts";

/**
 * One line for people, which begins with the whole key. Pulumi says only that a section holds some secret and not where,
 * so no value of such a section is shown.
 */
export function problemLine(problem: Problem, inSecretSection: boolean): string {
    const hidden = inSecretSection || problem.path.some(isSecretKey) || mayHoldPassword(problem.value);
    return wholeKey(problemText(problem, { hidden }));
}

/** Whether it is an address with a user in it, who may be a token, or have a password. */
function mayHoldPassword(value: unknown): boolean {
    return typeof value === "string" && /:\/\/[^/]*@/.test(value);
}

/** What zod found in one section. */
export function issueProblems(section: string, value: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
    return issues.flatMap((issue) => {
        const path = [section, ...issue.path];
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => unknownKey([...path, key], knownKeys(path, { [section]: value })));
        }
        return [{ path, value: valueAt({ [section]: value }, path), rule: issue.message }];
    });
}

/** A key that does not exist, with the key that was probably meant. */
export function unknownKey(path: KeyPath, known: readonly string[]): Problem {
    const meant = nearest(String(path.at(-1)), known);
    return {
        path,
        value: undefined,
        opening: `is no key that exists; there are ${known.join(", ")}.`,
        rule: meant === undefined ? "Remove it." : `Did you mean ${meant}? Else remove it.`,
    };
}

/** Pulumi's keys begin with the project's name. */
function wholeKey(text: string): string {
    return `airflow-linkerd:${text}`;
}

/** The keys that the schema knows at a path. The value's `kind` decides between the branches of a union. */
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

/** The schema without its default. */
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
