import { type APIRequestContext, type APIResponse, request } from "playwright-core";

import { reasonOf } from "../../components/secrecy/error-reason.ts";
import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { LibraryError } from "../library-error.ts";
import { Patience } from "./patience.ts";

/** What Airflow said to a request. */
export interface Answer {
    readonly status: number;
    /** Parsed when it is JSON, else as it came. */
    readonly body: unknown;
}

/** The login came to an end, and the person is not in. */
export class LoginRefused extends Error {}

/** The login did not come as far as the provider, so nobody was asked who the person is. */
export class ProviderNotReached extends Error {}

/** Redirects that Airflow may take before it sends a person on. */
const HOPS = 5;

/** How long an answer may take at most. Until then `Patience` says that Airflow is slow. */
const LONGEST_WAIT_MILLISECONDS = 120_000;

/**
 * A person who is logged in to Airflow the way a browser is: by the provider's pages and by cookies. There is no password
 * that would give a token, and so no shorter way.
 */
export class Session {
    readonly #context: APIRequestContext;
    readonly #patience: Patience;

    private constructor(context: APIRequestContext, patience: Patience) {
        this.#context = context;
        this.#patience = patience;
    }

    /**
     * Goes from Airflow to the provider's page of personas, clicks on one, and comes back.
     *
     * @throws LoginRefused with what Airflow's page says when it lets the person in with no role.
     * @throws ProviderNotReached when the person never sees the provider's page.
     */
    static async logIn(airflow: string, persona: string, patience = new Patience(() => undefined)): Promise<Session> {
        const context = await request.newContext({ baseURL: airflow, timeout: LONGEST_WAIT_MILLISECONDS });
        try {
            const personas = await provider(context, airflow, patience);
            const post = context.post(personas.url(), { form: { persona } });
            const back = await tried("the login", patience.wait("the login", post));
            if (!back.ok() || !back.url().startsWith(airflow)) {
                const page = await tried("the page after the login", back.text());
                throw new LoginRefused(`${String(back.status())}: ${withoutSecrets(textOf(page))}`);
            }
            return new Session(context, patience);
        } catch (error) {
            await context.dispose();
            throw error;
        }
    }

    async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, data?: object): Promise<Answer> {
        const what = `${method} ${path}`;
        const headers = { accept: "application/json" };
        const response = await tried(
            what,
            this.#patience.wait(what, this.#context.fetch(path, { method, data, headers })),
        );
        return { status: response.status(), body: await tried(what, bodyOf(response)) };
    }

    close(): Promise<void> {
        return this.#context.dispose();
    }
}

/** The provider's page, which Airflow sends people to. */
async function provider(context: APIRequestContext, airflow: string, patience: Patience): Promise<APIResponse> {
    const what = "the way to the login";
    let next = new URL("/auth/login/oidc", airflow);
    for (let hop = 0; hop < HOPS; hop++) {
        const answer = await tried(what, patience.wait(what, context.get(next.href, { maxRedirects: 0 })));
        const location = answer.headers().location;
        if (location === undefined) {
            const page = withoutSecrets(textOf(await tried(what, answer.text()))).slice(0, 300);
            throw new ProviderNotReached(
                `Airflow answered ${String(answer.status())} to the login and sent nobody on to the provider: ${page}`,
            );
        }
        next = new URL(location, next);
        if (next.origin !== new URL(airflow).origin) {
            return asked(context, next);
        }
    }
    throw new ProviderNotReached(`Airflow's login goes round in a circle, last to ${next.origin}${next.pathname}`);
}

async function asked(context: APIRequestContext, { href, origin }: URL): Promise<APIResponse> {
    const answer = await context.get(href).catch((error: unknown) => {
        throw new ProviderNotReached(`${origin} does not answer: ${reasonOf(error)}`);
    });
    if (!answer.ok()) {
        const page = withoutSecrets(textOf(await tried("the provider's page", answer.text()))).slice(0, 300);
        throw new ProviderNotReached(`${origin} answered ${String(answer.status())}: ${page}`);
    }
    return answer;
}

async function bodyOf(response: APIResponse): Promise<unknown> {
    const text = await response.text();
    // Airflow says of its answer to a deletion that it is JSON too, and there is none.
    if (response.status() === 204 || !(response.headers()["content-type"] ?? "").includes("json")) {
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
