/** One thing that the API server refuses in teams' namespaces. */
export interface Rule {
    /** A CEL expression that is true of what is allowed. */
    readonly allowed: string;
    /** Completes `team analytics: …`, with the way out. Text outside quotes is CEL: see `text`. */
    readonly message: string;
}

/** A name for a part of a rule: a CEL expression that other rules say by `variables.<name>`. */
export type Variables = Readonly<Record<string, string>>;

/** Text for people as a CEL expression. */
export function text(words: string): string {
    return JSON.stringify(words);
}

/** A list of texts as a CEL expression. */
export function list(items: readonly string[]): string {
    return `[${items.map(text).join(", ")}]`;
}
