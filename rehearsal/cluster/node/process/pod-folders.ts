import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type V1Pod } from "@kubernetes/client-node";

/** Where everything about pods that run as processes is kept, private to this user. */
export class PodFolders {
    readonly #root: string;

    /** `root` is the place's cluster folder. */
    constructor(root: string) {
        this.#root = join(root, "pods");
        mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    }

    of(uid: string): string {
        return join(this.#root, uid);
    }

    container(uid: string, id: string): string {
        return join(this.of(uid), "containers", id);
    }

    /** One log for each start of a container, as a kubelet keeps them. */
    log(pod: V1Pod, container: string, restarts: number): string {
        return join(this.of(pod.metadata?.uid ?? ""), "logs", container, `${String(restarts)}.log`);
    }

    /** The logs of a container that are there, the oldest first. */
    logs(uid: string, container: string): string[] {
        const folder = join(this.of(uid), "logs", container);
        const starts = existsSync(folder) ? readdirSync(folder).map((name) => Number.parseInt(name, 10)) : [];
        return starts.sort((a, b) => a - b).map((start) => join(folder, `${String(start)}.log`));
    }

    containers(uid: string): string[] {
        const folder = join(this.of(uid), "containers");
        return existsSync(folder) ? readdirSync(folder).map((id) => join(folder, id)) : [];
    }

    all(): string[] {
        return readdirSync(this.#root);
    }

    remove(uid: string): void {
        rmSync(this.of(uid), { recursive: true, force: true });
    }
}
