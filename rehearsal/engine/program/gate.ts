import pLimit, { type LimitFunction } from "p-limit";

/** Thrown to what was waiting when the gate closed. */
export class Closed extends Error {
    constructor() {
        super("not started, because the run is ending");
        this.name = "Closed";
    }
}

/** Lets a number of tasks run at once. Once closed it lets nothing new begin, and what runs may end. */
export class Gate {
    /** Aborted when the gate closes. */
    readonly closing: AbortSignal;
    readonly #limit: LimitFunction;
    readonly #closer = new AbortController();

    /** `stop` closes it from outside. */
    constructor(places: number, stop?: AbortSignal) {
        this.#limit = pLimit(places);
        this.closing = AbortSignal.any([this.#closer.signal, ...(stop === undefined ? [] : [stop])]);
    }

    get closed(): boolean {
        return this.closing.aborted;
    }

    run<T>(task: () => Promise<T>): Promise<T> {
        return this.#limit(() => {
            if (this.closed) {
                throw new Closed();
            }
            return task();
        });
    }

    close(): void {
        this.#closer.abort();
    }
}
