import { Agent, request } from "node:https";

import { KubeConfig } from "@kubernetes/client-node";

/** One request to the API server. */
export interface ApiRequest {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    /** Such as `/api/v1/namespaces/airflow/pods`. */
    readonly path: string;
    readonly body?: object;
    /** As whom it is to be done, other than by the token. */
    readonly as?: string;
}

/** What the API server says of a request that it authenticated. */
export interface ApiAnswer {
    readonly status: number;
    readonly message: string;
}

/** Somebody with a token of an account and nothing else. What would change anything is a dry run. */
export class TokenClient {
    readonly #server: URL;
    readonly #agent: Agent;
    readonly #token: string;

    constructor(kubeconfig: string, token: string) {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig);
        const cluster = config.getCurrentCluster();
        this.#server = new URL(cluster?.server ?? "");
        this.#agent = new Agent({ ca: Buffer.from(cluster?.caData ?? "", "base64"), keepAlive: true });
        this.#token = token;
    }

    ask({ method, path, body, as }: ApiRequest): Promise<ApiAnswer> {
        const url = new URL(path, this.#server);
        if (method !== "GET" && !path.endsWith("/token")) {
            url.searchParams.set("dryRun", "All");
        }
        const headers = {
            authorization: `Bearer ${this.#token}`,
            "content-type": method === "PATCH" ? "application/strategic-merge-patch+json" : "application/json",
            ...(as && { "impersonate-user": as }),
        };
        return new Promise((resolve, reject) => {
            const asked = request(url, { method, headers, agent: this.#agent }, (answer) => {
                let text = "";
                answer.setEncoding("utf8").on("data", (part: string) => (text += part));
                answer.once("end", () => {
                    resolve({ status: answer.statusCode ?? 0, message: messageOf(text) });
                });
            });
            asked.once("error", reject);
            asked.end(body === undefined ? undefined : JSON.stringify(body));
        });
    }
}

function messageOf(text: string): string {
    try {
        return String((JSON.parse(text) as { message?: string }).message ?? text);
    } catch {
        return text; // A log, or an error of a proxy's.
    }
}
