import { setTimeout as delay } from "node:timers/promises";

import { HttpMethod } from "@kubernetes/client-node";

import { type PlainMap } from "../../engine/values/property.ts";
import { type Deletion, type Operation } from "../../engine/plugins/provider.ts";
import { type ApiList, type ApiObject, ApiError, type Call, type Collection, KubernetesApi } from "./api.ts";
import { failed, follow, ready, type Target, type Verdict, waiting } from "./follow.ts";
import { isBlind, keptBy, orphanedApis } from "./namespace-deletion.ts";
import { readiness } from "./readiness.ts";
import { type Settings } from "./settings.ts";
import { waitFor } from "./wait-for.ts";

/** Where an object is, or will be. */
export interface Located {
    readonly path: string;
    readonly collection: Collection;
}

const defaultTimeoutSeconds = 600;
const skipAwait = "pulumi.com/skipAwait";

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
    async find({ apiVersion, kind, metadata }: PlainMap, call: Call): Promise<Located | undefined> {
        const { name, namespace = this.#settings.namespace } = (metadata ?? {}) as PlainMap;
        const collection = await this.api.collection(String(apiVersion), String(kind), String(namespace), call);
        return collection && { path: `${collection.path}/${encodeURIComponent(String(name))}`, collection };
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
    async untilReady({ collection }: Located, made: ApiObject, operation: Operation): Promise<ApiObject> {
        const { [skipAwait]: skip, "pulumi.com/waitFor": given } = made.metadata?.annotations ?? {};
        const { apiVersion, kind } = made;
        const rule = given === undefined ? readiness[`${apiVersion}/${kind}`] : { judge: waitFor(given) };
        if (!rule || skip === "true") {
            return made;
        }
        const targets = [only(collection, made)];
        const others = rule.related?.(made);
        if (others) {
            targets.push({
                path: others.path(collection.namespace ?? ""),
                query: { labelSelector: others.labelSelector },
            });
        }
        let live = made;
        const judge = ([self = [], related = []]: ApiObject[][]): Verdict => {
            live = self[0] ? { apiVersion, kind, ...self[0] } : live;
            return self[0] ? rule.judge(live, related) : failed("someone else deleted it meanwhile");
        };
        const problem = await this.#follow(targets, judge, made, operation);
        if (problem) {
            throw new Error(`${kind} ${made.metadata?.name}: ${problem}${await this.#evidence(live, operation)}`);
        }
        return live;
    }

    async remove(object: PlainMap, operation: Deletion): Promise<void> {
        const found = await this.find(object, operation);
        const live = found && (await this.api.get(found.path, operation));
        if (!found || !live) {
            return;
        }
        const { annotations = {}, uid } = live.metadata ?? {};
        const policy = annotations["pulumi.com/deletionPropagationPolicy"] ?? "foreground";
        const propagationPolicy = policy.charAt(0).toUpperCase() + policy.slice(1);
        const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy, preconditions: { uid } };
        const { signal } = operation;
        await this.api.request(HttpMethod.DELETE, found.path, { signal, body }).catch((error: unknown) => {
            // 409: the one with this identity is gone, and another has its name.
            if (!(error instanceof ApiError && (error.code === 404 || error.code === 409))) {
                throw error;
            }
        });
        if (live.kind === "Namespace" && (await this.#isWithoutPods(live, operation))) {
            // It takes seconds more, and nothing can run in it any more that would need anything.
            operation.releaseDependencies();
        }
        if (annotations[skipAwait] !== "true") {
            await this.untilGone(found, live, operation);
        }
    }

    async #isWithoutPods({ metadata }: ApiObject, { signal }: Operation): Promise<boolean> {
        const path = `/api/v1/namespaces/${metadata?.name}/pods`;
        const { items } = await this.api.request<ApiList>(HttpMethod.GET, path, { signal, query: { limit: "1" } });
        return items.length === 0;
    }

    async untilGone({ collection }: Located, object: ApiObject, operation: Operation): Promise<void> {
        let live = object;
        let askedForApis = false;
        const judge = ([self = []]: ApiObject[][]): Verdict => {
            const found = self.find(({ metadata }) => metadata?.uid === object.metadata?.uid);
            if (!found) {
                return ready;
            }
            live = { apiVersion: object.apiVersion, kind: object.kind, ...found };
            const { finalizers: own = [] } = live.metadata ?? {};
            const { finalizers: namespaces = [] } = (live.spec ?? {}) as { finalizers?: string[] };
            const held = [...own, ...namespaces].join(", ");
            const why = [held ? `held by finalizers ${held}` : "stopping", ...keptBy(live)].join("; ");
            return isBlind(live) && !askedForApis ? failed(why) : waiting(why);
        };
        const wait = () => this.#follow([only(collection, object)], judge, object, operation);
        let problem = await wait();
        if (problem && isBlind(live)) {
            askedForApis = true;
            problem = (await orphanedApis(this.api, operation)) ?? (await wait());
        }
        if (problem) {
            throw new Error(
                `${object.kind} ${object.metadata?.name} is still there: ${problem}. See that the controller which removes a ` +
                    `finalizer runs, then run again${await this.#evidence(live, operation)}`,
            );
        }
    }

    /** Why the wait ended without success, or undefined. */
    async #follow(
        targets: Target[],
        judge: (seen: ApiObject[][]) => Verdict,
        { metadata }: ApiObject,
        operation: Operation,
    ): Promise<string | undefined> {
        const given = Number(metadata?.annotations?.["pulumi.com/timeoutSeconds"]) || undefined;
        const timeoutSeconds = operation.timeoutSeconds ?? given ?? defaultTimeoutSeconds;
        const { state, message } = await follow(this.api, targets, judge, timeoutSeconds, operation);
        return state === "ready"
            ? undefined
            : state === "failed"
              ? message
              : `waited ${timeoutSeconds} s for it: ${message}`;
    }

    /** The object's conditions and its last events: what one would look up next. */
    async #evidence({ kind, metadata, status }: ApiObject, { signal }: Operation): Promise<string> {
        const conditions = (status as { conditions?: Record<string, string>[] | null } | undefined)?.conditions ?? [];
        const lines = conditions.map(
            (one) => `condition ${one.type}=${one.status} ${one.reason ?? ""} ${one.message ?? ""}`,
        );
        const query = { fieldSelector: `involvedObject.name=${metadata?.name},involvedObject.kind=${kind}` };
        const path = `/api/v1/namespaces/${metadata?.namespace ?? "default"}/events`;
        const { items } = await this.api.request<ApiList>(HttpMethod.GET, path, { query, signal });
        const events = (items as Record<string, unknown>[])
            .slice(-3)
            .map((one) => `event ${one.type} ${one.reason}: ${one.message}`);
        return [...lines, ...events].map((line) => `\n  ${line.trimEnd()}`).join("");
    }
}

const only = ({ path }: Collection, { metadata }: ApiObject): Target => {
    return { path, query: { fieldSelector: `metadata.name=${metadata?.name}` } };
};
