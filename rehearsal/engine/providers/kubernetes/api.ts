import { setTimeout as delay } from "node:timers/promises";

import {
    createConfiguration,
    HttpMethod,
    type KubeConfig,
    type KubernetesObject,
    ServerConfiguration,
    type V1APIResource,
} from "@kubernetes/client-node";

/** An object as the API takes and gives it. The client's own serializer drops what it does not know, so JSON it is. */
export interface ApiObject extends KubernetesObject {
    [field: string]: unknown;
}

export interface ApiList {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: ApiObject[];
}

/** The API server's refusal. */
export class ApiError extends Error {
    public readonly code: number;

    constructor(code: number, message: string) {
        super(message);
        this.code = code;
    }
}

/** The API server does not answer. */
export class ApiUnreachable extends Error {}

export interface Call {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly contentType?: string;
    readonly signal?: AbortSignal;
    /** Whether to wait a short while for a server that went away. */
    readonly patient?: boolean;
}

const passing = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_|other side closed/;
const backOffSeconds = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4];

export class KubernetesApi {
    public readonly config: KubeConfig;
    public readonly server: string;
    readonly #kinds = new Map<string, V1APIResource[]>();

    constructor(config: KubeConfig) {
        this.config = config;
        this.server = config.getCurrentCluster()?.server ?? "";
    }

    async request<T>(method: HttpMethod, path: string, call: Call = {}): Promise<T> {
        const delays = call.patient === false ? [] : backOffSeconds;
        for (let attempt = 0; ; attempt++) {
            const problem = await this.#attempt<T>(method, path, call);
            if (!(problem instanceof ApiUnreachable)) {
                return problem;
            }
            const seconds = delays[attempt];
            if (seconds === undefined || problem.cause === "final") {
                throw problem;
            }
            await delay(seconds * 1000, undefined, { signal: call.signal });
        }
    }

    /** The object, or undefined when there is none. */
    async get(path: string, call?: Call): Promise<ApiObject | undefined> {
        return this.request<ApiObject>(HttpMethod.GET, path, call).catch((error: unknown) => {
            if (error instanceof ApiError && error.code === 404) {
                return undefined;
            }
            throw error;
        });
    }

    async apply(path: string, body: unknown, manager: string, force: boolean, call: Call = {}): Promise<ApiObject> {
        return this.request<ApiObject>(HttpMethod.PATCH, path, {
            ...call,
            query: { ...call.query, fieldManager: manager, force: String(force) },
            body,
            contentType: "application/apply-patch+yaml",
        });
    }

    /** The path of a collection and whether it belongs to a namespace; undefined for a kind the server lacks. */
    async collection(
        apiVersion: string,
        kind: string,
        namespace: string | undefined,
        call?: Call,
    ): Promise<{ path: string; namespaced: boolean } | undefined> {
        const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
        const find = () => this.#kinds.get(root)?.find((one) => one.kind === kind && !one.name.includes("/"));
        if (!find()) {
            const list = (await this.get(root, call)) as { resources?: V1APIResource[] } | undefined;
            this.#kinds.set(root, list?.resources ?? []);
        }
        const found = find();
        const folder = found?.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
        return found && { path: `${root}${folder}/${found.name}`, namespaced: found.namespaced };
    }

    async #attempt<T>(method: HttpMethod, path: string, call: Call): Promise<T | ApiUnreachable> {
        const configuration = createConfiguration({ baseServer: new ServerConfiguration(this.server, {}) });
        const context = configuration.baseServer.makeRequestContext(path, method);
        Object.entries(call.query ?? {}).forEach(([key, value]) => context.setQueryParam(key, value));
        context.setHeaderParam("Accept", "application/json");
        if (call.body !== undefined) {
            context.setHeaderParam("Content-Type", call.contentType ?? "application/json");
            context.setBody(JSON.stringify(call.body));
        }
        if (call.signal) {
            context.setSignal(call.signal);
        }
        await this.config.applySecurityAuthentication(context);
        let status: number;
        let body: string;
        try {
            const response = await configuration.httpApi.send(context).toPromise();
            status = response.httpStatusCode;
            body = await response.body.text();
        } catch (error) {
            call.signal?.throwIfAborted();
            return this.#unreachable(describe(error));
        }
        if (status === 429 || status >= 502 || (status === 500 && body.includes("etcdserver"))) {
            return this.#unreachable(`HTTP ${status} ${messageOf(body)}`, true);
        }
        if (status >= 400) {
            throw new ApiError(status, messageOf(body));
        }
        return JSON.parse(body) as T;
    }

    #unreachable(why: string, retry = passing.test(why)): ApiUnreachable {
        return new ApiUnreachable(
            `the Kubernetes API at ${this.server} does not answer (${why}): ` +
                "see that the cluster runs and that the kubeconfig is of this cluster, then run again to go on",
            { cause: retry ? "passing" : "final" },
        );
    }
}

function describe(error: unknown): string {
    const cause = (error as Error).cause as (Error & { code?: string }) | undefined;
    return [cause?.code, cause?.message || (error as Error).message].filter(Boolean).join(" ");
}

/** The message of a `Status` object, which is what the API server answers when it refuses. */
function messageOf(body: string): string {
    try {
        return (JSON.parse(body) as { message?: string }).message ?? body;
    } catch {
        // A proxy in between answers in its own format.
        return body.slice(0, 300);
    }
}
