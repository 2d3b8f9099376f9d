/** A value that a preview cannot know yet. There is exactly one, so compare with `===`. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that must never be shown or stored in plain text. Secrets do not nest. */
export class Secret {
    public readonly value: Property;

    constructor(value: Property) {
        this.value = value instanceof Secret ? value.value : value;
    }
}

/** A value as the engine holds it: Pulumi's wire value with its markers made into types. */
export type Property = null | boolean | number | string | typeof UNKNOWN | Secret | Property[] | PropertyMap;

export interface PropertyMap {
    [key: string]: Property;
}

/** What a provider sees: no secrets, but unknowns while previewing. */
export type Plain = null | boolean | number | string | typeof UNKNOWN | Plain[] | PlainMap;

export interface PlainMap {
    [key: string]: Plain;
}

/** How the values that plain JSON has no word for are said in another language. */
export interface Wording<T> {
    secret(secret: Secret): T;
    unknown(): T;
}

/** The value with each secret and unknown in the given wording, and all else as it is. */
export function worded<T>(value: Property, wording: Wording<T>): T {
    if (value === UNKNOWN) {
        return wording.unknown();
    }
    if (value instanceof Secret) {
        return wording.secret(value);
    }
    if (Array.isArray(value)) {
        return value.map((item) => worded(item, wording)) as T;
    }
    return (isMap(value) ? mapValues<Property, T>(value, (item) => worded(item, wording)) : value) as T;
}

/** Whether an unknown stands anywhere in the value. */
export function hasUnknown(value: Property): boolean {
    let found = false;
    worded<unknown>(value, {
        secret: (secret) => (found ||= hasUnknown(secret.value)),
        unknown: () => (found = true),
    });
    return found;
}

/** Whether the value is a map, as opposed to a scalar, a list or a secret. */
export function isMap(value: unknown): value is Record<string, never> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

export function mapValues<From, To>(
    map: Record<string, From>,
    make: (value: From, key: string) => To,
): Record<string, To> {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, make(value, key)]));
}
