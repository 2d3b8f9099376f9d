import { setTimeout as delay } from "node:timers/promises";

import { HttpMethod } from "@kubernetes/client-node";

import { type PlainMap } from "../../property.ts";
import { type Operation } from "../../provider.ts";
import { type ApiList, type ApiObject, ApiError, type Call, KubernetesApi } from "./api.ts";
import { failed, follow, ready, type Target, type Verdict, waiting } from "./follow.ts";
import { type Readiness, readiness } from "./readiness.ts";
import { type Settings } from "./settings.ts";
import { waitFor } from "./wait-for.ts";

/** Where an object is, or will be. */
export interface Located {
    readonly api: KubernetesApi;
    readonly path: string;
    readonly collection: string;
    readonly namespace: string | undefined;
}

const defaultTimeoutSeconds = 600;

/** The cluster that one configured provider speaks to: finds objects, and waits for what becomes of them. */
export class Cluster {
    readonly #settings: Settings;
    #api: KubernetesApi | undefined;

    constructor(settings: Settings) {
        this.#settings = settings;
    }

    /** Read at first use only: a preview may run before the cluster is there. */
    get api(): KubernetesApi {
        return (this.#api ??= new KubernetesApi(this.#settings.load()));
    }

    /** Undefined when the cluster does not know the kind. */
    async find(object: PlainMap, call: Call): Promise<Located | undefined> {
        const metadata = object.metadata as PlainMap | undefined;
        const namespace = String(metadata?.namespace ?? this.#settings.namespace);
        const found = await this.api.collection(String(object.apiVersion), String(object.kind), namespace, call);
        return (
            found && {
                api: this.api,
                path: `${found.path}/${encodeURIComponent(String(metadata?.name))}`,
                collection: found.path,
                namespace: found.namespaced ? namespace : undefined,
            }
        );
    }

    /** The same, giving a kind whose definition was just made a moment to be served. */
    async locate(object: PlainMap, operation: Operation): Promise<Located> {
        for (const seconds of [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0]) {
            const found = await this.find(object, operation);
            if (found) {
                return found;
            }
            await delay(seconds * 1000, undefined, { signal: operation.signal });
        }
        throw new Error(
            `the cluster knows no kind ${String(object.kind)} in ${String(object.apiVersion)}: ` +
                "make its CustomResourceDefinition first (dependsOn), or correct apiVersion and kind",
        );
    }

    /** The object once it is what was asked for. */
    async untilReady(found: Located, made: ApiObject, inputs: PlainMap, operation: Operation): Promise<ApiObject> {
        const annotations = made.metadata?.annotations ?? {};
        const rule = readinessOf(`${made.apiVersion}/${made.kind}`, annotations["pulumi.com/waitFor"]);
        if (!rule || annotations["pulumi.com/skipAwait"] === "true") {
            return made;
        }
        const targets = [only(found, made)];
        const related = rule.related?.(made);
        const other =
            related && (await this.api.collection(related.apiVersion, related.kind, found.namespace, operation));
        if (related && other) {
            targets.push({ path: other.path, query: { labelSelector: related.labelSelector } });
        }
        let live = made;
        const judge = ([self = [], others = []]: ApiObject[][]): Verdict => {
            const seen = self[0];
            if (!seen) {
                return failed("it was deleted by someone else while waiting");
            }
            live = { apiVersion: made.apiVersion, kind: made.kind, ...seen };
            return rule.judge(live, others);
        };
        const verdict = await this.#follow(found, targets, judge, annotations, operation);
        if (verdict) {
            throw new Error(
                `${made.kind} ${made.metadata?.name}: ${verdict}${await this.#evidence(found, live, operation)}`,
            );
        }
        return live;
    }

    async remove(object: PlainMap, operation: Operation): Promise<void> {
        const found = await this.find(object, operation);
        const live = found && (await found.api.get(found.path, operation));
        if (!found || !live) {
            return;
        }
        const annotations = live.metadata?.annotations ?? {};
        const policy = annotations["pulumi.com/deletionPropagationPolicy"] ?? "foreground";
        const body = {
            kind: "DeleteOptions",
            apiVersion: "v1",
            propagationPolicy: policy[0]?.toUpperCase() + policy.slice(1),
            preconditions: { uid: live.metadata?.uid },
        };
        await found.api
            .request(HttpMethod.DELETE, found.path, { signal: operation.signal, body })
            .catch((error: unknown) => {
                // 409: the one with this identity is gone, and another has its name.
                if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) {
                    throw error;
                }
            });
        if (annotations["pulumi.com/skipAwait"] !== "true") {
            await this.untilGone(found, live, operation);
        }
    }

    async untilGone(found: Located, object: ApiObject, operation: Operation): Promise<void> {
        let live = object;
        const judge = ([self = []]: ApiObject[][]): Verdict => {
            const left = self.find((one) => one.metadata?.uid === object.metadata?.uid);
            live = left ?? live;
            const finalizers = [
                ...(left?.metadata?.finalizers ?? []),
                ...((left?.spec as { finalizers?: string[] } | undefined)?.finalizers ?? []),
            ];
            return left
                ? waiting(finalizers.length > 0 ? `held by finalizers ${finalizers.join(", ")}` : "stopping")
                : ready;
        };
        const verdict = await this.#follow(
            found,
            [only(found, object)],
            judge,
            object.metadata?.annotations ?? {},
            operation,
        );
        if (verdict) {
            throw new Error(
                `${object.kind} ${object.metadata?.name} is still there: ${verdict}. See that the controller which removes a ` +
                    `finalizer runs, then run again${await this.#evidence(found, live, operation)}`,
            );
        }
    }

    /** Why the wait ended without success, or undefined. */
    async #follow(
        found: Located,
        targets: Target[],
        judge: (seen: ApiObject[][]) => Verdict,
        annotations: Record<string, string>,
        operation: Operation,
    ): Promise<string | undefined> {
        const given = Number(annotations["pulumi.com/timeoutSeconds"]);
        const timeoutSeconds = operation.timeoutSeconds ?? (given > 0 ? given : defaultTimeoutSeconds);
        const limit = { timeoutSeconds, signal: operation.signal };
        const { state, message } = await follow(found.api, targets, judge, limit, (text) => operation.progress(text));
        return state === "ready"
            ? undefined
            : state === "failed"
              ? message
              : `waited ${timeoutSeconds} s for it: ${message}`;
    }

    /** The object's conditions and its last events: what one would look up next. */
    async #evidence(found: Located, live: ApiObject, operation: Operation): Promise<string> {
        const { conditions = [] } = (live.status ?? {}) as { conditions?: Record<string, string>[] };
        const lines = conditions.map((one) =>
            `${one.type}=${one.status} ${one.reason ?? ""} ${one.message ?? ""}`.trim(),
        );
        const fieldSelector = `involvedObject.name=${live.metadata?.name},involvedObject.kind=${live.kind}`;
        const path = `/api/v1/namespaces/${found.namespace ?? "default"}/events`;
        const events = await found.api.request<ApiList>(HttpMethod.GET, path, {
            query: { fieldSelector },
            signal: operation.signal,
        });
        const last = events.items
            .slice(-3)
            .map((event) => `${String(event.type)} ${String(event.reason)}: ${String(event.message)}`);
        return [...lines.map((line) => `\n  condition ${line}`), ...last.map((line) => `\n  event ${line}`)].join("");
    }
}

function readinessOf(kind: string, annotation: string | undefined): Readiness | undefined {
    return annotation === undefined ? readiness[kind] : { judge: waitFor(annotation) };
}

function only(found: Located, object: ApiObject): Target {
    return { path: found.collection, query: { fieldSelector: `metadata.name=${object.metadata?.name}` } };
}
