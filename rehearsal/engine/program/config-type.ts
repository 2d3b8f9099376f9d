/** What `Pulumi.yaml` declares of a key. */
export interface DeclaredType {
    readonly type?: unknown;
    readonly items?: unknown;
}

/**
 * Whether Pulumi takes a value for a key whose type its project declares. It compares before any program runs, and does
 * not convert: a text is no list, and a number no text.
 */
export function isOfType(value: unknown, { type, items }: DeclaredType): boolean {
    switch (type) {
        case undefined:
            return true;
        case "string":
            return typeof value === "string";
        case "integer":
            return typeof value === "string" ? /^[+-]?\d+$/.test(value) : Number.isInteger(value);
        case "boolean":
            return typeof value === "boolean" || value === "true" || value === "false";
        case "object":
            return typeof value === "object" && value !== null && !Array.isArray(value);
        case "array":
            return Array.isArray(value) && items !== undefined && value.every((item) => isOfType(item, items ?? {}));
        default:
            return false;
    }
}
