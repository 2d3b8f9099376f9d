import { type Agent, Agent as HttpsAgent, request } from "node:https";

import { type ClusterEntry, type Kubeconfig, readKubeconfig } from "../config/cluster/kubeconfig/file.ts";
import { content, type Credentials, loginOf, Unreadable } from "./cluster-login.ts";

/** Enough for a cluster that answers at all. */
const seconds = 10;

type Entry = ClusterEntry & {
    readonly "certificate-authority-data"?: string;
    readonly "insecure-skip-tls-verify"?: boolean;
    readonly "tls-server-name"?: string;
    readonly "proxy-url"?: string;
};

/**
 * A cluster's objects, which are only read. Pulumi's provider reads an object that must be there, and a deployment ends
 * where it is not; so what may be missing is asked for here. By hand, because Kubernetes' own client for Node takes longer
 * to load than all of the program to run.
 */
export class ClusterView {
    readonly #server: string;
    readonly #agent: Agent;
    readonly #token: string | undefined;

    private constructor(server: string, agent: Agent, token: string | undefined) {
        this.#server = server;
        this.#agent = agent;
        this.#token = token;
    }

    /** @throws an Unreadable where the context's credentials cannot be had. */
    static async open(kubeconfig: string, context: string): Promise<ClusterView> {
        const file = readKubeconfig(kubeconfig);
        if (typeof file === "string") {
            throw new Unreadable(file);
        }
        const { cluster, user } = entriesOf(file, context);
        const server = String(cluster.server);
        if (!server.startsWith("https://") || cluster["proxy-url"] !== undefined) {
            throw new Unreadable("the kubeconfig reaches it by a proxy, or without TLS");
        }
        const login = await loginOf(user);
        const authority = content(cluster["certificate-authority-data"], cluster["certificate-authority"]);
        const agent = new HttpsAgent({
            keepAlive: false,
            ...(authority === undefined ? {} : { ca: authority }),
            ...(login.cert === undefined ? {} : { cert: login.cert, key: login.key }),
            ...(cluster["tls-server-name"] === undefined ? {} : { servername: cluster["tls-server-name"] }),
            rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
        });
        return new ClusterView(server.replace(/\/+$/, ""), agent, login.token);
    }

    /** @throws an Unreadable where the answer is no success. */
    read(path: string, accept = "application/json"): Promise<unknown> {
        return this.#call("GET", path, { accept });
    }

    /** Whether whoever deploys may do that. It is a question, although Kubernetes has it posted. */
    async may(verb: string, group: string, resource: string, namespace?: string): Promise<boolean> {
        const review = {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes: { verb, group, resource, ...(namespace === undefined ? {} : { namespace }) } },
        };
        const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        const headers = { accept: "application/json", "content-type": "application/json" };
        const answer = await this.#call("POST", path, headers, JSON.stringify(review));
        return (answer as { status: { allowed: boolean } }).status.allowed;
    }

    async #call(method: string, path: string, given: Record<string, string>, body?: string): Promise<unknown> {
        const headers = { ...given, ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }) };
        const text = await new Promise<string>((resolve, reject) => {
            const signal = AbortSignal.timeout(seconds * 1000);
            request(`${this.#server}${path}`, { method, agent: this.#agent, headers, signal }, (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part));
                response.on("error", reject);
                response.on("end", () => {
                    if (response.statusCode === 200 || response.statusCode === 201) {
                        resolve(Buffer.concat(parts).toString("utf8"));
                    } else {
                        reject(new Unreadable(`${method} ${path}: HTTP ${String(response.statusCode)}`));
                    }
                });
            })
                .on("error", reject)
                .end(body);
        }).catch((error: unknown) => {
            throw error instanceof Unreadable
                ? error
                : new Unreadable(
                      `${method} ${path}: ${String((error as NodeJS.ErrnoException).code ?? (error as Error).name)}`,
                  );
        });
        return JSON.parse(text);
    }
}

function entriesOf(file: Kubeconfig, name: string): { readonly cluster: Entry; readonly user: Credentials } {
    const context = file.contexts.find((each) => each.name === name)?.context;
    return {
        cluster: (file.clusters?.find((each) => each.name === context?.cluster)?.cluster ?? {}) as Entry,
        user: (file.users?.find((each) => each.name === context?.user)?.user ?? {}) as Credentials,
    };
}

/** What is asked of a cluster. */
export type ClusterReader = Pick<ClusterView, "read" | "may">;
