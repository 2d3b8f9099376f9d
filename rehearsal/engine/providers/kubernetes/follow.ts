import { setTimeout as delay } from "node:timers/promises";

import { HttpMethod, Watch } from "@kubernetes/client-node";

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
    limit: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
    progress: (message: string) => void,
): Promise<Verdict> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, limit.signal]);
    const lists: Map<string, ApiObject>[] = [];
    let verdict = waiting("no answer from the API server yet");

    const watchOne = async (target: Target, index: number): Promise<void> => {
        while (!signal.aborted) {
            const list = await api.request<ApiList>(HttpMethod.GET, target.path, { query: target.query, signal });
            lists[index] = new Map(list.items.map((item) => [key(item), item]));
            look();
            const problem = await watchOnce(target, list.metadata.resourceVersion, lists[index]);
            if (problem && !signal.aborted) {
                await delay(500, undefined, { signal });
            }
        }
    };

    const watchOnce = (target: Target, resourceVersion: string, list: Map<string, ApiObject>): Promise<unknown> =>
        new Promise((resolve) => {
            const event = (type: string, object: ApiObject): void => {
                if (type === "DELETED") {
                    list.delete(key(object));
                } else if (type !== "BOOKMARK" && type !== "ERROR") {
                    list.set(key(object), object);
                }
                look();
            };
            const query = { ...target.query, resourceVersion };
            void new Watch(api.config).watch(target.path, query, event, resolve).then((controller) => {
                signal.addEventListener("abort", () => controller.abort());
                if (signal.aborted) {
                    controller.abort();
                }
            }, resolve);
        });

    const look = (): void => {
        if (end.signal.aborted || targets.some((_, index) => !lists[index])) {
            return;
        }
        const before = verdict.message;
        verdict = judge(lists.map((list) => [...list.values()]));
        if (verdict.state !== "waiting") {
            end.abort();
        } else if (verdict.message !== before) {
            progress(verdict.message);
        }
    };

    const timer = setTimeout(() => end.abort(), limit.timeoutSeconds * 1000);
    try {
        await Promise.all(targets.map(watchOne));
    } catch (error) {
        if (!end.signal.aborted) {
            throw error;
        }
    } finally {
        clearTimeout(timer);
        end.abort();
    }
    limit.signal.throwIfAborted();
    return verdict;
}

const key = (object: ApiObject): string => `${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
