import { createConfiguration, HttpMethod, KubeConfig, ServerConfiguration } from "@kubernetes/client-node";

export interface ClusterAccess {
    /** Defaults to what kubectl takes: `KUBECONFIG`, else the file in the home folder. */
    readonly kubeconfig?: string | undefined;
    /** Defaults to the kubeconfig's current one. */
    readonly context?: string | undefined;
    /** How long one answer may take. */
    readonly timeoutSeconds: number;
}

/** The API server answered, but not with what was asked for. */
export class HttpError extends Error {
    readonly status: number;

    constructor(status: number) {
        super(`HTTP ${String(status)}`);
        this.status = status;
    }
}

/** A cluster's API server, which is only read. The client's typed calls take no metrics, whose text is no JSON. */
export class ApiServer {
    readonly context: string;
    readonly timeoutSeconds: number;
    readonly #config = new KubeConfig();
    readonly #server: string;

    /** @throws when the kubeconfig cannot be read, or has no such context. */
    constructor({ kubeconfig, context, timeoutSeconds }: ClusterAccess) {
        this.timeoutSeconds = timeoutSeconds;
        if (kubeconfig === undefined) {
            this.#config.loadFromDefault();
        } else {
            this.#config.loadFromFile(kubeconfig);
        }
        if (context !== undefined) {
            this.#config.setCurrentContext(context);
        }
        this.context = this.#config.getCurrentContext();
        // What the client makes up where it finds no kubeconfig.
        if (kubeconfig === undefined && this.context === "loaded-context") {
            throw new Error("there is no kubeconfig here that reaches a cluster: name one with --kubeconfig");
        }
        const cluster = this.#config.getCurrentCluster();
        if (cluster === null) {
            const contexts = this.#config.getContexts().map(({ name }) => name);
            throw new Error(
                `--context is ${JSON.stringify(this.context)}: the kubeconfig has no such context. ` +
                    `It has: ${contexts.join(", ") || "none"}.`,
            );
        }
        this.#server = cluster.server.replace(/\/+$/, "");
    }

    /** @throws an HttpError when the answer is no success. */
    async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
        const { baseServer, httpApi } = createConfiguration({ baseServer: new ServerConfiguration(this.#server, {}) });
        const context = baseServer.makeRequestContext(path, HttpMethod.GET);
        Object.entries(query).forEach(([key, value]) => {
            context.setQueryParam(key, value);
        });
        context.setSignal(AbortSignal.timeout(this.timeoutSeconds * 1000));
        await this.#config.applySecurityAuthentication(context);
        const response = await httpApi.send(context).toPromise();
        const body = await response.body.text();
        if (response.httpStatusCode !== 200) {
            throw new HttpError(response.httpStatusCode);
        }
        return body;
    }
}
