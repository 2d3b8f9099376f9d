import { type z } from "zod";

import { driftEnvironment, reservedPrefix } from "./names.ts";

/** What two environments must not share, because each would deploy over the other or reach into it. */
export function clashes(
    environments: readonly {
        readonly name: string;
        readonly cluster: string;
        readonly readByNight?: string | undefined;
    }[],
): string[] {
    return environments.flatMap(({ name, cluster }, index) => {
        const others = environments.map((other, position) => ({ ...other, position })).filter((_, at) => at !== index);
        const same = others.find((other) => other.position < index && other.name === name);
        const drift = others.find((other) => other.readByNight !== undefined && driftEnvironment(other.name) === name);
        const within = others.find((other) => cluster.startsWith(other.cluster));
        const at = `environments[${index}]`;
        return [
            same &&
                `${at}.name is "${name}": environments[${same.position}] has it already, and each would deploy over ` +
                    `the other. Choose another.`,
            drift &&
                `${at}.name is "${name}": jobs of the environment of that name look at environments[${drift.position}] by ` +
                    `night, without anybody's approval. Choose another.`,
            within &&
                `${at}.cluster is "${cluster}": environments[${within.position}] may change everything whose name ` +
                    `begins with "${within.cluster}". Choose names of which none begins another.`,
            cluster.startsWith(reservedPrefix) &&
                `${at}.cluster is "${cluster}": what begins with "${reservedPrefix}" is this program's own, which no ` +
                    `deployment may change. Choose another.`,
        ].filter((text) => typeof text === "string");
    });
}

/** What zod found, as lines for people: key, value, rule and way out. */
export function said(issue: z.core.$ZodIssue, given: unknown, above: readonly PropertyKey[] = []): string[] {
    const path = [...above, ...issue.path];
    if (issue.code === "invalid_union") {
        // A repository is named with its numbers, unless it says that it cannot.
        const value = valueAt(given, path);
        const [numbered = [], nameOnly = []] = issue.errors;
        const nearest = typeof value === "object" && value !== null && "nameOnly" in value ? nameOnly : numbered;
        const deeper = nearest.filter((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys");
        return deeper.length > 0
            ? deeper.flatMap((inner) => said(inner, given, path))
            : [`${written(path)} is ${shown(value)}: ${issue.message}`];
    }
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => `${written([...path, key])} is no key that exists. Remove it, or correct it.`);
    }
    return [`${written(path)} is ${shown(valueAt(given, path))}: ${issue.message}`];
}

function written(path: readonly PropertyKey[]): string {
    return path
        .map((key, depth) => (typeof key === "number" ? `[${key}]` : `${depth === 0 ? "" : "."}${String(key)}`))
        .join("");
}

function shown(value: unknown): string {
    if (value === undefined || value === null) {
        return "missing";
    }
    return Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : JSON.stringify(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}
