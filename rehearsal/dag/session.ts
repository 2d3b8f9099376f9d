import { type APIRequestContext, request } from "playwright-core";

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
            const personas = await context.get("/auth/login/oidc");
            const back = await context.post(personas.url(), { form: { persona } });
            if (!back.ok() || !back.url().startsWith(airflow)) {
                throw new LoginRefused(`${String(back.status())}: ${textOf(await back.text())}`);
            }
            return new Session(context);
        } catch (error) {
            await context.dispose();
            throw error;
        }
    }

    async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, data?: object): Promise<Answer> {
        const response = await this.#context.fetch(path, { method, data, headers: { accept: "application/json" } });
        const text = await response.text();
        const isJson = (response.headers()["content-type"] ?? "").includes("json");
        return { status: response.status(), body: isJson ? JSON.parse(text) : text };
    }

    close(): Promise<void> {
        return this.#context.dispose();
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
