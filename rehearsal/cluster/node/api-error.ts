import { ApiException } from "@kubernetes/client-node";

/** The HTTP status with which the API server refused, or nothing when it was not reached. */
export function refusalCode(error: unknown): number | undefined {
    return error instanceof ApiException ? error.code : undefined;
}

/** Whether the object could not be made because its namespace is going away. */
export function namespaceIsEnding(error: unknown): boolean {
    return error instanceof ApiException && JSON.stringify(error.body ?? "").includes("NamespaceTerminating");
}

/** The error in one line: the API server's own message where there is one, else the innermost cause. */
export function explain(error: unknown): string {
    if (error instanceof ApiException) {
        return `the API server answered ${error.code}: ${serverMessage(error.body)}`;
    }
    if (error instanceof Error) {
        return error.cause === undefined ? error.message : explain(error.cause);
    }
    return String(error);
}

function serverMessage(body: unknown): string {
    const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
    try {
        const status = JSON.parse(text) as { message?: string } | null;
        return status?.message ?? text;
    } catch {
        // Not every refusal comes from the API server itself: a proxy answers in plain text.
        return text.trim();
    }
}
