// The first address is the node's own side of the range, the last one is for broadcasts.
const firstHost = 2;
const lastHost = 254;

/** The pod addresses of one node: a /24, each in use at most once. */
export class PodAddresses {
    readonly #prefix: string;
    readonly #holders = new Map<string, string>();
    #next = firstHost;

    /** `prefix` is the range's first three numbers, such as `10.244.0`. */
    constructor(prefix: string) {
        this.#prefix = prefix;
    }

    /** Records that a pod has an address already: it keeps it over restarts of the node. */
    keep(address: string, uid: string): void {
        this.#holders.set(address, uid);
    }

    /** The pod's address, the one it has or a free one. Addresses rotate so that a fresh pod gets no recent one. */
    assign(uid: string): string {
        for (const [address, holder] of this.#holders) {
            if (holder === uid) {
                return address;
            }
        }
        for (let tried = firstHost; tried <= lastHost; tried++) {
            const address = `${this.#prefix}.${this.#next}`;
            this.#next = this.#next === lastHost ? firstHost : this.#next + 1;
            if (!this.#holders.has(address)) {
                this.#holders.set(address, uid);
                return address;
            }
        }
        throw new Error(
            `all pod addresses in ${this.#prefix}.0/24 are in use: a node takes at most ${lastHost - firstHost + 1} pods`,
        );
    }

    release(uid: string): void {
        for (const [address, holder] of this.#holders) {
            if (holder === uid) {
                this.#holders.delete(address);
            }
        }
    }
}
