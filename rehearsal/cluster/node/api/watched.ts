import {
    ListWatch,
    Watch,
    type KubeConfig,
    type KubernetesListObject,
    type KubernetesObject,
} from "@kubernetes/client-node";

import { explain } from "./api-error.ts";
import { log } from "../log.ts";
import { retryDelayMs } from "./retry.ts";

export interface WatchedOptions<T extends KubernetesObject> {
    /** Plural noun for the log, such as `pods`. */
    what: string;
    path: string;
    fieldSelector?: string;
    list: (request: { fieldSelector?: string }) => Promise<KubernetesListObject<T>>;
    /** Sees each whole list before `changed` sees its items one by one. */
    listed?: (items: readonly T[]) => void;
    changed?: (object: T) => void;
    gone?: (object: T) => void;
}

/**
 * The objects of one kind, kept current by a watch. The client's own watch ends at the first error; this one goes on
 * with back-off, from the point that it had reached.
 */
export class Watched<T extends KubernetesObject> {
    readonly #what: string;
    readonly #cache: ListWatch<T>;
    readonly #synced = Promise.withResolvers<undefined>();
    #failures = 0;

    constructor(config: KubeConfig, options: WatchedOptions<T>) {
        const { what, path, fieldSelector, list, listed, changed, gone } = options;
        this.#what = what;
        const listAll = async (): Promise<KubernetesListObject<T>> => {
            const all = await list({ fieldSelector });
            listed?.(all.items);
            return all;
        };
        this.#cache = new ListWatch(path, new Watch(config), listAll, false, undefined, fieldSelector);
        this.#cache.on("error", (error) => {
            this.#failed(error);
        });
        // The client drops what a handler throws, so a fault in one would go unseen.
        const guarded = (handler: (object: T) => void) => (object: T) => {
            try {
                handler(object);
            } catch (error) {
                log(`${what}: ${object.metadata?.namespace}/${object.metadata?.name}: ${explain(error)}`);
            }
        };
        if (changed !== undefined) {
            this.#cache.on("add", guarded(changed));
            this.#cache.on("update", guarded(changed));
        }
        if (gone !== undefined) {
            this.#cache.on("delete", guarded(gone));
        }
    }

    /** Resolves once everything that exists has been seen. */
    start(): Promise<undefined> {
        void this.#connect();
        return this.#synced.promise;
    }

    get(namespace: string, name: string): T | undefined {
        return this.#cache.get(name, namespace);
    }

    all(): readonly T[] {
        return this.#cache.list();
    }

    async #connect(): Promise<void> {
        const before = this.#failures;
        await this.#cache.start();
        if (this.#failures > before) {
            return;
        }
        if (before > 0) {
            log(`watching ${this.#what} again`);
        }
        this.#failures = 0;
        this.#synced.resolve(undefined);
    }

    #failed(error: unknown): void {
        this.#failures += 1;
        if (this.#failures === 1) {
            log(`cannot watch ${this.#what}: ${explain(error)}; trying again`);
        }
        setTimeout(() => void this.#connect(), retryDelayMs(this.#failures));
    }
}
