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

/** The API server does not answer; `cause` is "passing" when it may yet. */
export class ApiUnreachable extends Error {}

export interface Call {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly contentType?: string;
    readonly signal?: AbortSignal;
    /** Whether to wait a short while for a server that went away. Default true. */
    readonly patient?: boolean;
}

const passing = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_|other side closed/;
const backOffSeconds = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4];

export class KubernetesApi {
    public readonly config: KubeConfig;
    readonly #server: string;
    readonly #kinds = new Map<string, V1APIResource[]>();

    constructor(config: KubeConfig) {
        this.config = config;
        this.#server = config.getCurrentCluster()?.server ?? "";
    }

    async request<T>(method: HttpMethod, path: string, call: Call = {}): Promise<T> {
        for (const seconds of call.patient === false ? [] : backOffSeconds) {
            const answer = await this.#attempt<T>(method, path, call);
            if (!(answer instanceof ApiUnreachable && answer.cause === "passing")) {
                return settle(answer);
            }
            await delay(seconds * 1000, undefined, { signal: call.signal });
        }
        return settle(await this.#attempt<T>(method, path, call));
    }

    /** The object, or undefined when there is none. */
    async get(path: string, { signal, patient }: Call = {}): Promise<ApiObject | undefined> {
        return this.request<ApiObject>(HttpMethod.GET, path, { signal, patient }).catch((error: unknown) => {
            if (error instanceof ApiError && error.code === 404) {
                return undefined;
            }
            throw error;
        });
    }

    apply(path: string, body: unknown, fieldManager: string, force: boolean, call: Call): Promise<ApiObject> {
        const query = { ...call.query, fieldManager, force: String(force) };
        return this.request(HttpMethod.PATCH, path, {
            ...call,
            query,
            body,
            contentType: "application/apply-patch+yaml",
        });
    }

    /** The path of a collection and its namespace if it has one; undefined for a kind that the server lacks. */
    async collection(apiVersion: string, kind: string, namespace: string, call: Call): Promise<Collection | undefined> {
        const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
        const find = () => this.#kinds.get(root)?.find((one) => one.kind === kind && !one.name.includes("/"));
        if (!find()) {
            const list = (await this.get(root, call)) as { resources?: V1APIResource[] } | undefined;
            this.#kinds.set(root, list?.resources ?? []);
        }
        const { name, namespaced } = find() ?? {};
        if (name === undefined) {
            return undefined;
        }
        return namespaced
            ? { path: `${root}/namespaces/${namespace}/${name}`, namespace }
            : { path: `${root}/${name}` };
    }

    async #attempt<T>(method: HttpMethod, path: string, call: Call): Promise<T | ApiUnreachable> {
        const { baseServer, httpApi } = createConfiguration({ baseServer: new ServerConfiguration(this.#server, {}) });
        const context = baseServer.makeRequestContext(path, method);
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
        try {
            const response = await httpApi.send(context).toPromise();
            const [status, body] = [response.httpStatusCode, await response.body.text()];
            if (status === 429 || status >= 502 || (status === 500 && body.includes("etcdserver"))) {
                return this.#unreachable(`HTTP ${status} ${messageOf(body)}`, true);
            }
            if (status < 400) {
                return JSON.parse(body) as T;
            }
            throw new ApiError(status, messageOf(body));
        } catch (error) {
            call.signal?.throwIfAborted();
            const { cause } = error as { cause?: { code?: string; message: string } };
            if (error instanceof ApiError || error instanceof SyntaxError) {
                throw error;
            }
            const why = [cause?.code, cause?.message || (error as Error).message].filter(Boolean).join(" ");
            return this.#unreachable(why, passing.test(why));
        }
    }

    #unreachable(why: string, mayPass: boolean): ApiUnreachable {
        return new ApiUnreachable(
            `the Kubernetes API at ${this.#server} does not answer (${why}): ` +
                "see that the cluster runs and that the kubeconfig is of this cluster, then run again to go on",
            { cause: mayPass ? "passing" : "final" },
        );
    }
}

export interface Collection {
    readonly path: string;
    readonly namespace?: string;
}

function settle<T>(answer: T | ApiUnreachable): T {
    if (answer instanceof ApiUnreachable) {
        throw answer;
    }
    return answer;
}

/** The message of a `Status`, which is what the API server answers when it refuses; a proxy answers as it likes. */
const messageOf = (body: string): string =>
    body.startsWith("{") ? ((JSON.parse(body) as { message?: string }).message ?? body) : body.slice(0, 300);
