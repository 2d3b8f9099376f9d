import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file belongs to. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Where one rehearsal keeps everything it makes. Two rehearsals on one machine differ only in this folder, so nothing
 * may be written outside it.
 */
export interface Place {
    /** The folder itself, mode 0700. */
    readonly root: string;
    /** Control plane: keys, etcd's data, logs, recorded processes. */
    readonly cluster: string;
    /** The administrator's kubeconfig, mode 0600. */
    readonly kubeconfig: string;
    /** The engine's state, one file per stack. */
    readonly state: string;
    /** Links named `kubectl` and `helm`, for people and for the engine. */
    readonly bin: string;
}

/** `.rehearsal` in the checkout, or the folder that `AIRFLOW_LINKERD_REHEARSAL` names. */
export function place(root = process.env.AIRFLOW_LINKERD_REHEARSAL ?? join(checkout, ".rehearsal")): Place {
    const folder = resolve(root);
    return {
        root: folder,
        cluster: join(folder, "cluster"),
        kubeconfig: join(folder, "kubeconfig"),
        state: join(folder, "state"),
        bin: join(folder, "bin"),
    };
}

/** A short name for a place, stable across runs, for what must be unique on the machine. */
export function placeId(at: Place): string {
    return createHash("sha256").update(at.root).digest("hex").slice(0, 8);
}

/** What is built once and shared by every checkout of this user: keyed by content, safe to delete. */
export function cacheFolder(): string {
    return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "airflow-linkerd");
}
