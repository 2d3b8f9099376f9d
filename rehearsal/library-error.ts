/**
 * A library failed. Its own error goes no further, because many carry what was sent: Playwright's message has the request
 * with its cookies, the Kubernetes client's the response with its headers.
 */
export class LibraryError extends Error {
    /** `what` is what was tried, such as `GET /api/v2/dags`. */
    constructor(what: string, error: unknown) {
        super(`${withoutSecrets(what)}: ${reasonOf(error)}`);
    }
}

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

const hidden = "[hidden]";

// Each with what may stay before the secret.
const secrets: readonly RegExp[] = [
    /()-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    // A header and all of its line, or its text in JSON.
    /((?:set-)?cookie"?\s*[:=]\s*)(?:"[^"]*"|\[[^\]]*\]|[^\n]*)/gi,
    /((?:proxy-)?authorization"?\s*[:=]\s*)(?:"[^"]*"|\[[^\]]*\]|[^\n]*)/gi,
    /(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/g,
    // A JSON Web Token begins with the base64 of `{"`.
    /()\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}/g,
    /(:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/g,
    /([?&#](?:code|state|nonce|sid|session_state|[\w-]*token|[\w-]*secret|[\w-]*signature|password)=)[^&\s"'#]+/gi,
    /(["'](?:[\w-]*(?:password|secret|token|api_?key|private_?key)|session|connection)["']\s*:\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')/gi,
    /(\bPASSWORD\s+)'(?:[^']|'')*'/gi,
];

/** A text of somebody else's without what only its owner may know. Lines stay as they are. */
export function withoutSecrets(text: string): string {
    return secrets.reduce((rest, secret) => rest.replace(secret, `$1${hidden}`), text);
}

/** The first line that says anything. Playwright's call log begins on the second. */
function oneLine(text: string): string {
    const [first = "no reason was given"] = text.split("\n").filter((line) => line.trim() !== "");
    return withoutSecrets(first.trim());
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
