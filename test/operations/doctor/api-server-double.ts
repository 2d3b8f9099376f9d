import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";

/** What to answer for a path: a status, a body and where else to ask, or nothing at all. */
export type Answer = readonly [status: number, body: string, location?: string] | "silence";

/** An API server that answers GET, and keeps what it was asked. */
export class ApiServerDouble {
    readonly asked: { readonly path: string; readonly token: string | undefined }[] = [];
    readonly #answers: Readonly<Record<string, Answer>>;
    readonly #server: Server;

    /** Paths without the query. What is not among them is a 404. */
    constructor(answers: Readonly<Record<string, Answer>>) {
        this.#answers = answers;
        this.#server = createServer((request, response) => {
            const path = request.url ?? "";
            this.asked.push({ path, token: request.headers.authorization });
            const answer = this.#answers[path.split("?")[0] ?? ""] ?? ([404, "{}"] as const);
            if (answer !== "silence") {
                const [status, body, location] = answer;
                response.writeHead(status, { "content-type": "text/plain", ...(location && { location }) }).end(body);
            }
        });
    }

    /** Its kubeconfig, as text. */
    async start(): Promise<string> {
        this.#server.listen(0, "127.0.0.1");
        await once(this.#server, "listening");
        const { port } = this.#server.address() as AddressInfo;
        return JSON.stringify({
            "current-context": "here",
            contexts: [{ name: "here", context: { cluster: "nearby", user: "me" } }],
            clusters: [
                {
                    name: "nearby",
                    cluster: { server: `http://127.0.0.1:${String(port)}`, "insecure-skip-tls-verify": true },
                },
            ],
            users: [{ name: "me", user: { token: "hunter2" } }],
        });
    }

    async stop(): Promise<void> {
        const closed = once(this.#server, "close");
        this.#server.close();
        this.#server.closeAllConnections();
        await closed;
    }
}

export function podList(...names: string[]): Answer {
    return [
        200,
        JSON.stringify({ items: names.map((name) => ({ metadata: { name, labels: { component: "worker" } } })) }),
    ];
}
