import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";

import { type AccessObject } from "./access.ts";
import { type KeyPairFiles } from "./certificates.ts";

const POLL_MILLISECONDS = 50;
const READY_SECONDS = 120;

interface Answer {
    /** Undefined when there was none. */
    readonly status: number | undefined;
    /** What was answered, or why nothing was. */
    readonly text: string;
}

/** The place's API server, called as its administrator. */
export class ApiServer {
    public readonly url: string;
    private readonly port: number;
    private readonly credentials: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };

    constructor(port: number, authorityFile: string, administrator: KeyPairFiles) {
        this.port = port;
        this.url = `https://127.0.0.1:${String(port)}`;
        this.credentials = {
            ca: readFileSync(authorityFile),
            cert: readFileSync(administrator.certificateFile),
            key: readFileSync(administrator.keyFile),
        };
    }

    /**
     * Waits until the path is answered with 200.
     *
     * @param check called between tries; throws when waiting has become pointless.
     */
    public async answers(path: string, check: () => void): Promise<void> {
        const deadline = performance.now() + READY_SECONDS * 1000;
        let answer = await this.call("GET", path);
        while (answer.status !== 200) {
            check();
            if (performance.now() > deadline) {
                throw new Error(
                    `${this.url}${path} is not answered with 200 within ${String(READY_SECONDS)} s ` +
                        `(last: ${String(answer.status ?? "no answer")}, ${answer.text}): see the logs in cluster/logs`,
                );
            }
            await delay(POLL_MILLISECONDS);
            answer = await this.call("GET", path);
        }
    }

    /** Server-side apply: what is there already as wanted is not changed. */
    public async apply(object: AccessObject): Promise<void> {
        const { name, namespace } = object.metadata;
        const inNamespace = namespace === undefined ? "" : `/namespaces/${namespace}`;
        const path = `/apis/${object.apiVersion}${inNamespace}/${object.kind.toLowerCase()}s/${name}`;
        const answer = await this.call("PATCH", `${path}?fieldManager=rehearsal&force=true`, JSON.stringify(object));
        if (answer.status !== 200 && answer.status !== 201) {
            throw new Error(`${object.kind} ${name} was refused by ${this.url}: ${answer.text}`);
        }
    }

    private call(method: string, path: string, body?: string): Promise<Answer> {
        return new Promise((resolve) => {
            const call = request(
                {
                    ...this.credentials,
                    host: "127.0.0.1",
                    port: this.port,
                    method,
                    path,
                    headers: body === undefined ? {} : { "content-type": "application/apply-patch+yaml" },
                    agent: false,
                    timeout: 10_000,
                },
                (response) => {
                    let text = "";
                    response.setEncoding("utf8");
                    response.on("data", (part: string) => (text += part));
                    response.once("end", () => {
                        resolve({ status: response.statusCode, text });
                    });
                },
            );
            call.once("timeout", () => call.destroy(new Error("silent for 10 s")));
            call.once("error", (error) => {
                resolve({ status: undefined, text: error.message });
            });
            call.end(body);
        });
    }
}
