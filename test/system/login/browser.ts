import { createHash, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { connect } from "node:tls";

import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/**
 * Debian's Chromium, without what it does on the network by itself. Besides what it believes anyway it believes these
 * certificates, or those in these files, each by its own key: no other of the same authority, and none for another reason.
 */
export async function startBrowser(...certificates: readonly (string | X509Certificate)[]): Promise<Browser> {
    return chromium.launch({
        executablePath: chromiumPath(),
        args: [
            // Chromium refuses to be root with its sandbox on, and these pages are our own.
            "--no-sandbox",
            `--ignore-certificate-errors-spki-list=${certificates.map(keyDigest).join(",")}`,
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

/** Which certificate is shown at an https address on this machine. Fails unless the authority signed it, for that name. */
export function shownCertificate(address: string, authorityFile: string): Promise<X509Certificate> {
    const { hostname, port } = new URL(address);
    return new Promise((resolve, reject) => {
        const socket = connect({
            host: "127.0.0.1",
            port: Number(port),
            servername: hostname,
            ca: readFileSync(authorityFile),
        });
        socket.once("error", reject);
        socket.once("secureConnect", () => {
            const certificate = socket.getPeerX509Certificate();
            socket.destroy();
            if (certificate === undefined) {
                reject(new Error(`${address} shows no certificate`));
            } else {
                resolve(certificate);
            }
        });
    });
}

function keyDigest(certificate: string | X509Certificate): string {
    const { publicKey } =
        typeof certificate === "string" ? new X509Certificate(readFileSync(certificate)) : certificate;
    return createHash("sha256")
        .update(publicKey.export({ format: "der", type: "spki" }))
        .digest("base64");
}

function chromiumPath(): string {
    const found = (process.env.PATH ?? "")
        .split(delimiter)
        .map((folder) => join(folder, "chromium"))
        .find((file) => existsSync(file));
    if (found === undefined) {
        throw new Error("chromium is not on the PATH: on Debian and Ubuntu, apt-get install chromium");
    }
    return found;
}

/** A person at a browser of their own. */
export class Visitor {
    readonly page: Page;
    readonly #context: BrowserContext;
    readonly #airflow: string;

    private constructor(context: BrowserContext, page: Page, airflow: string) {
        this.#context = context;
        this.page = page;
        this.#airflow = airflow;
    }

    static async open(browser: Browser, airflow: string, further: BrowserContextOptions = {}): Promise<Visitor> {
        const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...further });
        return new Visitor(context, await context.newPage(), airflow);
    }

    /** From Airflow's first page to what the provider sends back. Returns the status of Airflow's answer. */
    async logIn(persona: string): Promise<number> {
        await this.goToPersonas();
        const answer = this.page.waitForResponse((response) => response.url().includes("/auth/oauth-authorized/"));
        await this.page.getByRole("button", { name: persona }).click();
        const status = (await answer).status();
        // The interface's token comes with the page after, to which only a login leads.
        await (status === 302
            ? this.page.waitForURL(({ origin, pathname }) => origin === this.#airflow && !pathname.startsWith("/auth/"))
            : this.page.waitForLoadState());
        return status;
    }

    async goToPersonas(): Promise<void> {
        await this.page.goto(this.#airflow);
        await this.page.locator("#btn-signin-oidc").click();
        await this.page.getByRole("heading", { name: "Log in as" }).waitFor();
    }

    /** As the interface's own menu does. */
    async logOut(): Promise<void> {
        await this.page.goto(`${this.#airflow}/api/v2/auth/logout`);
        await this.page.getByRole("button", { name: "Log out" }).click();
        await this.page.locator("#btn-signin-oidc").waitFor();
    }

    /** The status of a request that carries what the browser holds. */
    async asks(path: string, body?: object): Promise<number> {
        const url = `${this.#airflow}${path}`;
        const options = { maxRedirects: 0 };
        const response = await (body === undefined
            ? this.#context.request.get(url, options)
            : this.#context.request.post(url, { ...options, data: body }));
        return response.status();
    }

    /** Names of the cookies that the browser sends to Airflow by TLS alone. */
    async secureCookies(): Promise<string[]> {
        const cookies = await this.#context.cookies(this.#airflow);
        return cookies.filter(({ secure }) => secure).map(({ name }) => name);
    }

    /** The interface's token, as a thief would copy it. */
    async token(): Promise<string> {
        const cookie = (await this.#context.cookies()).find(({ name }) => name === "_token");
        return cookie?.value ?? "";
    }
}
