/** What Airflow answers at the end of a login. */
export interface LoginAnswer {
    readonly status: number;
    readonly text: string;
    readonly location: string | null;
    /** The last address that was asked: the provider's answer to Airflow, in most cases. */
    readonly url: string;
}

/** A browser without a screen: cookies by origin, and redirects one at a time. */
export class Visitor {
    readonly #airflow: string;
    readonly #cookies = new Map<string, Map<string, string>>();
    /** Cookies as Airflow set them, with their attributes. */
    readonly set: string[] = [];

    constructor(airflow: string) {
        this.#airflow = airflow;
    }

    async get(url: string): Promise<Response> {
        const { origin } = new URL(url);
        const jar = this.#cookies.get(origin) ?? new Map<string, string>();
        this.#cookies.set(origin, jar);
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(url, { redirect: "manual", headers: { cookie } });
        for (const line of response.headers.getSetCookie()) {
            const [pair = ""] = line.split(";");
            const [name = "", ...value] = pair.split("=");
            if (value.join("=") === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) {
                jar.delete(name);
            } else {
                jar.set(name, value.join("="));
            }
            if (origin === this.#airflow) {
                this.set.push(line);
            }
        }
        return response;
    }

    cookie(name: string): string | undefined {
        return this.#cookies.get(this.#airflow)?.get(name);
    }

    setCookie(name: string, value: string): void {
        this.#cookies.set(
            this.#airflow,
            (this.#cookies.get(this.#airflow) ?? new Map<string, string>()).set(name, value),
        );
    }

    /** From Airflow to the provider, and to the address that the provider sends back to. */
    async goThere(provider: string, query = ""): Promise<string> {
        let url = `${this.#airflow}/auth/login/${provider}${query}`;
        for (let step = 0; step < 10; step++) {
            const response = await this.get(url);
            const location = response.headers.get("location");
            if (location === null) {
                throw new Error(`${url} answered ${response.status}:\n${await response.text()}`);
            }
            url = new URL(location, url).href;
            if (url.startsWith(`${this.#airflow}/auth/oauth-authorized/`)) {
                return url;
            }
        }
        throw new Error(`no end of redirects at ${url}`);
    }

    async comeBack(url: string): Promise<LoginAnswer> {
        const response = await this.get(url);
        return {
            status: response.status,
            text: await response.text(),
            location: response.headers.get("location"),
            url,
        };
    }

    async logIn(provider: string, query = ""): Promise<LoginAnswer> {
        return this.comeBack(await this.goThere(provider, query));
    }

    /** The status of Airflow's API for what the browser holds. */
    async isIn(): Promise<boolean> {
        // Only somebody who is logged in is sent on with a token.
        const response = await this.get(`${this.#airflow}/auth/login/`);
        return response.status === 302;
    }
}
