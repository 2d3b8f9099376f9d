/** A value that a preview cannot know yet. There is exactly one, so compare with `===`. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that must never be shown or stored in plain text. Secrets do not nest. */
export class Secret {
    public readonly value: Property;

    constructor(value: Property) {
        this.value = value instanceof Secret ? value.value : value;
    }
}

/** A resource passed as a value. Providers see its id (custom resources) or its URN (components). */
export class ResourceReference {
    public readonly urn: string;
    public readonly id: string | typeof UNKNOWN | undefined;

    constructor(urn: string, id: string | typeof UNKNOWN | undefined) {
        this.urn = urn;
        this.id = id;
    }
}

/** A value as the engine holds it: Pulumi's wire value with its markers made into types. */
export type Property =
    null | boolean | number | string | typeof UNKNOWN | Secret | ResourceReference | Property[] | PropertyMap;

export interface PropertyMap {
    [key: string]: Property;
}

/** What a provider sees: no secrets and no references, but unknowns while previewing. */
export type Plain = null | boolean | number | string | typeof UNKNOWN | Plain[] | PlainMap;

export interface PlainMap {
    [key: string]: Plain;
}

/** Whether an unknown stands anywhere in the value. */
export function hasUnknown(value: Property): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    if (value instanceof Secret) {
        return hasUnknown(value.value);
    }
    if (value instanceof ResourceReference) {
        return value.id === UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.some(hasUnknown);
    }
    return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** Whether the value is a map, as opposed to a scalar, a list, a secret or a reference. */
export function isMap(value: unknown): value is Record<string, never> {
    const other = Array.isArray(value) || value instanceof Secret || value instanceof ResourceReference;
    return typeof value === "object" && value !== null && !other;
}
