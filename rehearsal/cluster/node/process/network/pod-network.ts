import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { isAlive } from "../../../../machine/process-identity.ts";
import { type ClusterNetwork } from "./cluster-network.ts";
import { end, hold, inside, type NetworkHolder } from "./namespaces.ts";

interface NetworkRecord {
    readonly pod: NetworkHolder;
    /** A pod's network is worth nothing without the one that it hangs on. */
    readonly cluster: NetworkHolder;
}

/** The network that all containers of one pod share, kept by a process of its own as long as the pod runs. */
export class PodNetworks {
    readonly #cluster: ClusterNetwork;
    readonly #environment: (name: string) => NodeJS.ProcessEnv;
    readonly #opening = new Map<string, Promise<NetworkHolder>>();

    constructor(cluster: ClusterNetwork, environment: (name: string) => NodeJS.ProcessEnv) {
        this.#cluster = cluster;
        this.#environment = environment;
    }

    /** The pod's network, made when it is not there. `folder` is the pod's own. */
    open(folder: string, name: string, address: string): Promise<NetworkHolder> {
        // The containers of a pod start side by side.
        const opening = this.#opening.get(folder) ?? this.#open(folder, name, address);
        this.#opening.set(folder, opening);
        return opening.finally(() => this.#opening.delete(folder));
    }

    find(folder: string): NetworkHolder | undefined {
        const record = read(folder);
        const { pid, startTime } = this.#cluster.holder;
        const same = record?.cluster.pid === pid && record.cluster.startTime === startTime;
        return record !== undefined && same && isAlive(record.pod) ? record.pod : undefined;
    }

    close(folder: string): void {
        const record = read(folder);
        if (record !== undefined) {
            end(record.pod);
        }
    }

    async #open(folder: string, name: string, address: string): Promise<NetworkHolder> {
        const found = this.find(folder);
        if (found !== undefined) {
            return found;
        }
        this.close(folder);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const pod = await hold([...inside(this.#cluster.holder), "unshare", "--net"], this.#environment(`pod ${name}`));
        try {
            await this.#cluster.attach(pod, address);
        } catch (error) {
            end(pod);
            throw error;
        }
        const record: NetworkRecord = { pod, cluster: this.#cluster.holder };
        writeFileAtomic.sync(recordFile(folder), JSON.stringify(record), { mode: 0o600 });
        return pod;
    }
}

function read(folder: string): NetworkRecord | undefined {
    try {
        return JSON.parse(readFileSync(recordFile(folder), "utf8")) as NetworkRecord;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

function recordFile(folder: string): string {
    return join(folder, "network.json");
}
