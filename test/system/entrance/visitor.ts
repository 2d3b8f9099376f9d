import { type PodView } from "../pod-calls.ts";

/** What came back. */
export interface Answer {
    readonly status: number;
    /** A list where a header may be there more than once, as cookies are. */
    readonly headers: Readonly<Record<string, string>> & { readonly "set-cookie"?: readonly string[] };
    readonly body: string;
}

export interface Question {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Whom it is put to. Defaults to the entrance, by the visitor's host name. */
    readonly address?: string;
    readonly host?: string;
    readonly port?: number;
}

const asking = `
    const { address, host, port = 443, ca, path = "/", method = "GET", headers = {}, body } = JSON.parse(process.argv[1]);
    const call = require("node:https").request(
        { host: address, port, servername: host, ca, path, method, headers: { host: port === 443 ? host : host + ":" + port, ...headers }, agent: false },
        (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => {
                console.log(JSON.stringify({ status: response.statusCode, headers: response.headers, body: text }));
            });
        },
    );
    call.on("error", (error) => console.log(JSON.stringify({ status: 0, headers: {}, body: error.message })));
    call.end(body);
`;

// What is written goes out as it is, and what comes is shown as it came, until nothing more comes.
const writing = `
    const { address, host, ca, bytes } = JSON.parse(process.argv[1]);
    const socket = require("node:tls").connect({ host: address, port: 443, servername: host, ca });
    let text = "";
    const end = () => { process.stdout.write(text); process.exit(); };
    socket.on("secureConnect", () => socket.write(Buffer.from(bytes, "latin1")));
    socket.setEncoding("latin1").on("data", (part) => (text += part));
    socket.on("error", ({ code }) => { text += "error " + code; end(); });
    socket.on("close", end);
    setTimeout(end, 3000);
`;

/** Somebody who calls the entrance by a host name, from the network of a pod, and trusts one authority only. */
export class Visitor {
    readonly #from: PodView;
    readonly #known: { readonly address: string; readonly host: string; readonly ca: string };

    constructor(from: PodView, known: { address: string; host: string; ca: string }) {
        this.#from = from;
        this.#known = known;
    }

    /** An answer whose status is 0 is none: its body says why. */
    async ask(question: Question = {}): Promise<Answer> {
        return JSON.parse(await this.#from.says(asking, JSON.stringify({ ...this.#known, ...question }))) as Answer;
    }

    /** Writes these bytes over TLS. */
    write(bytes: string): Promise<string> {
        return this.#from.says(writing, JSON.stringify({ ...this.#known, bytes }));
    }
}
