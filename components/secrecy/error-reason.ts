import { withoutSecrets } from "./without-secrets.ts";

/** What an error says of its cause, in one line: no header, cookie or token, whatever it carries beside that. */
export function reasonOf(error: unknown): string {
    if (isApiRefusal(error)) {
        return oneLine(`the API server answered ${String(error.code)}: ${statusMessage(error.body)}`);
    }
    if (!(error instanceof Error)) {
        return oneLine(String(error));
    }
    // Fetch says no more than "fetch failed"; why is in the cause.
    return error.cause === undefined ? oneLine(error.message) : reasonOf(error.cause);
}

/** The first line that says anything. Playwright's call log begins on the second. */
function oneLine(text: string): string {
    const [first = "no reason was given"] = withoutSecrets(text)
        .split("\n")
        .filter((line) => line.trim() !== "");
    return first.trim();
}

interface RefusedByApi {
    readonly code: number;
    readonly body: unknown;
}

/** By its shape, so that who explains an error need not load the Kubernetes client. */
function isApiRefusal(error: unknown): error is RefusedByApi {
    return error instanceof Error && "body" in error && "headers" in error && "code" in error;
}

function statusMessage(body: unknown): string {
    try {
        const status = (typeof body === "string" ? JSON.parse(body) : body) as { message?: unknown } | null;
        return typeof status?.message === "string" ? status.message : JSON.stringify(status ?? "");
    } catch {
        // Not every refusal comes from the API server itself: a proxy answers in plain text.
        return String(body);
    }
}
