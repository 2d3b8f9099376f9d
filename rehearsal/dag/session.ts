import { type APIRequestContext, type APIResponse, request } from "playwright-core";

import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { LibraryError } from "../library-error.ts";

/** What Airflow said to a request. */
export interface Answer {
    readonly status: number;
    /** Parsed when it is JSON, else as it came. */
    readonly body: unknown;
}

/** The login came to an end, and the person is not in. */
export class LoginRefused extends Error {}

/**
 * A person who is logged in to Airflow the way a browser is: by the provider's pages and by cookies. There is no password
 * that would give a token, and so no shorter way.
 */
export class Session {
    readonly #context: APIRequestContext;

    private constructor(context: APIRequestContext) {
        this.#context = context;
    }

    /**
     * Goes from Airflow to the provider's page of personas, clicks on one, and comes back.
     *
     * @throws LoginRefused with what Airflow's page says when it lets the person in with no role.
     */
    static async logIn(airflow: string, persona: string): Promise<Session> {
        const context = await request.newContext({ baseURL: airflow });
        try {
            const personas = await tried("the way to the login", context.get("/auth/login/oidc"));
            const back = await tried("the login", context.post(personas.url(), { form: { persona } }));
            if (!back.ok() || !back.url().startsWith(airflow)) {
                const page = await tried("the page after the login", back.text());
                throw new LoginRefused(`${String(back.status())}: ${withoutSecrets(textOf(page))}`);
            }
            return new Session(context);
        } catch (error) {
            await context.dispose();
            throw error;
        }
    }

    async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, data?: object): Promise<Answer> {
        const what = `${method} ${path}`;
        const headers = { accept: "application/json" };
        const response = await tried(what, this.#context.fetch(path, { method, data, headers }));
        return { status: response.status(), body: await tried(what, bodyOf(response)) };
    }

    close(): Promise<void> {
        return this.#context.dispose();
    }
}

async function bodyOf(response: APIResponse): Promise<unknown> {
    const text = await response.text();
    if (!(response.headers()["content-type"] ?? "").includes("json")) {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        // The parser's own error quotes what it read.
        throw new Error("the answer says that it is JSON, and is not");
    }
}

/** @throws LibraryError instead of Playwright's, which tells the whole request. */
async function tried<T>(what: string, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw new LibraryError(what, error);
    }
}

/** What a person would read on a page. */
export function textOf(html: string): string {
    return html
        .replace(/<(title|style|script|a)\b.*?<\/\1>/gs, "")
        .replace(/<\/h1>/g, ".")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim();
}
