import { setTimeout as delay } from "node:timers/promises";

import { HttpMethod, Watch } from "@kubernetes/client-node";

import { type Operation } from "../../engine/plugins/provider.ts";
import { type ApiList, type ApiObject, type KubernetesApi } from "./api.ts";

/** What is watched: a collection, narrowed by selectors. */
export interface Target {
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
}

export interface Verdict {
    readonly state: "ready" | "failed" | "waiting";
    /** What it waits for, or why it failed. */
    readonly message: string;
}

export const ready: Verdict = { state: "ready", message: "" };
export const waiting = (message: string): Verdict => ({ state: "waiting", message });
export const failed = (message: string): Verdict => ({ state: "failed", message });

/**
 * Watches the targets until the judge is content or gives up, or time is over: then the last verdict, still waiting, is
 * the answer. The judge sees each target's objects, and is asked only once all of them are listed.
 */
export async function follow(
    api: KubernetesApi,
    targets: readonly Target[],
    judge: (seen: ApiObject[][]) => Verdict,
    timeoutSeconds: number,
    operation: Pick<Operation, "signal" | "progress">,
): Promise<Verdict> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, operation.signal]);
    const lists: Map<string, ApiObject>[] = [];
    let verdict = waiting("no answer from the API server yet");

    const look = (): void => {
        if (signal.aborted || targets.some((_, index) => !lists[index])) {
            return;
        }
        const before = verdict.message;
        verdict = judge(lists.map((list) => [...list.values()]));
        if (verdict.state !== "waiting") {
            end.abort();
        } else if (verdict.message !== before) {
            operation.progress(verdict.message);
        }
    };

    /** Resolves when the watch ends, with the reason if there is one. */
    const watch = ({ path, query }: Target, resourceVersion: string, list: Map<string, ApiObject>): Promise<unknown> =>
        new Promise((resolve) => {
            const event = (type: string, object: ApiObject): void => {
                if (type === "DELETED") {
                    list.delete(key(object));
                } else if (type === "ADDED" || type === "MODIFIED") {
                    list.set(key(object), object);
                }
                look();
            };
            const opened = new Watch(api.config).watch(path, { ...query, resourceVersion }, event, resolve);
            opened.then(
                (open) => (signal.aborted ? open.abort() : signal.addEventListener("abort", () => open.abort())),
                resolve,
            );
        });

    const timer = setTimeout(() => end.abort(), timeoutSeconds * 1000);
    try {
        await Promise.all(
            targets.map(async (target, index) => {
                while (!signal.aborted) {
                    const call = { query: target.query, signal };
                    const { items, metadata } = await api.request<ApiList>(HttpMethod.GET, target.path, call);
                    const list = new Map(items.map((item) => [key(item), item]));
                    lists[index] = list;
                    look();
                    // A watch that is refused at once must not be asked for again without a pause.
                    if ((await watch(target, metadata.resourceVersion, list)) && !signal.aborted) {
                        await delay(500, undefined, { signal });
                    }
                }
            }),
        );
    } catch (error) {
        if (!end.signal.aborted) {
            throw error;
        }
    } finally {
        clearTimeout(timer);
        end.abort();
    }
    operation.signal.throwIfAborted();
    return verdict;
}

const key = ({ metadata }: ApiObject): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
