import { secretForm } from "./secret-forms.ts";
import { isSecretName } from "./secret-names.ts";

/** The keys that lead to a value: numbers in lists, names in maps. */
type KeyPath = readonly PropertyKey[];

/** A secret in plain text, found at a path. It carries nothing of it. */
export interface FoundSecret {
    readonly path: KeyPath;
    /** Such as `a private key`, or `a secret` where only its name tells. */
    readonly what: string;
}

/**
 * Every secret in a value of maps and lists, by its look or by the name of its key. A key may be a secret too. A list of
 * variables, as containers have them, is looked at as the map that it is.
 */
export function secretsWithin(value: unknown, path: KeyPath = []): FoundSecret[] {
    if (typeof value === "string") {
        return secretText(value, path);
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => secretsWithin(item, [...path, index]));
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const entries = Object.entries(value);
    const named = variable(value);
    // `secretKey` beside `secretName` names an entry of that Secret.
    const refers = entries.some(([key]) => /secretname$/i.test(key));
    return entries.flatMap(([key, below]) => {
        const at = [...path, key];
        const asKey = secretText(key, path);
        if (asKey.length > 0) {
            return asKey.map(({ what }) => ({ path, what: `${what} as a key` }));
        }
        const found = secretsWithin(below, at);
        const name = key === "value" && named !== undefined ? named : refers ? "" : key;
        return found.length === 0 && isSecretName(name) && isPlain(below) ? [{ path: at, what: "a secret" }] : found;
    });
}

/** A text may be JSON of its own, as Airflow's connections are. */
function secretText(text: string, path: KeyPath): FoundSecret[] {
    const what = secretForm(text) ?? (/^\s*[[{]/.test(text) ? secretsWithin(parsed(text))[0]?.what : undefined);
    return what === undefined ? [] : [{ path, what }];
}

function parsed(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch {
        // Not every text in braces is JSON: a template of Helm is none.
        return undefined;
    }
}

/** The name of a variable whose value stands beside it. */
function variable(entry: object): string | undefined {
    const { name, value } = entry as { name?: unknown; value?: unknown };
    return typeof name === "string" && value !== undefined ? name : undefined;
}

/** Whether it is the secret itself, and not a place of it: a template, a variable, a file, an ARN, a switch. */
function isPlain(value: unknown): boolean {
    return (
        typeof value === "string" &&
        !/^$|\{\{|^\$|^<.*>$|^(\/[\w.-]+){2,}$|^\w+:\/\/\/|^arn:|^(true|false|none|null)$/i.test(value)
    );
}
