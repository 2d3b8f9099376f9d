/** A problem that a person can solve: the message says what is wrong, where, and the way out. */
export class EngineError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "EngineError";
    }
}

/** What to show of anything thrown. */
export function reason(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
