import { loginHost, uiHost } from "../door-objects.ts";
import { type Answer, type Question, type Visitor } from "../visitor.ts";
import { type LoginProvider } from "./login-provider.ts";

/** Somebody with a browser: it keeps cookies by host name, and goes where it is sent. */
export class Person {
    readonly #visitor: Visitor;
    readonly #provider: LoginProvider;
    readonly #cookies = new Map<string, Map<string, string>>();
    /** Cookies as the entrance set them, with their attributes. */
    readonly set: string[] = [];

    constructor(visitor: Visitor, provider: LoginProvider) {
        this.#visitor = visitor;
        this.#provider = provider;
    }

    /** The browser's cookies for the UI, for somebody who changes them. */
    get cookies(): ReadonlyMap<string, string> {
        return this.#jar(uiHost);
    }

    /** One request, without going on to where its answer sends. */
    async ask(url: string, { headers, ...question }: Question = {}): Promise<Answer> {
        const { hostname, pathname, search } = new URL(url);
        const jar = this.#jar(hostname);
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const whole = {
            ...question,
            path: `${pathname}${search}`,
            headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
        };
        const answer =
            hostname === loginHost
                ? await this.#provider.ask(this.#visitor, whole)
                : await this.#visitor.ask({ ...whole, host: hostname });
        for (const line of answer.headers["set-cookie"] ?? []) {
            const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) {
                jar.delete(name);
            } else {
                jar.set(name, value);
            }
            if (hostname === uiHost) {
                this.set.push(line);
            }
        }
        return answer;
    }

    /** As a browser does: from address to address, with a click on the persona where the provider asks who it is. */
    async go(url: string, persona: string): Promise<Answer> {
        let at = url;
        let answer = await this.ask(at);
        for (let step = 0; step < 12; step++) {
            const { pathname } = new URL(at);
            const { location } = answer.headers;
            if (location !== undefined) {
                at = new URL(location, at).href;
                answer = await this.ask(at);
            } else if (pathname.startsWith("/interaction/")) {
                answer = await this.ask(at, {
                    method: "POST",
                    headers: { "content-type": "application/x-www-form-urlencoded" },
                    body: new URLSearchParams({ persona }).toString(),
                });
            } else {
                return answer;
            }
        }
        throw new Error(`no end of redirects at ${at}`);
    }

    #jar(hostname: string): Map<string, string> {
        const jar = this.#cookies.get(hostname) ?? new Map<string, string>();
        this.#cookies.set(hostname, jar);
        return jar;
    }
}
