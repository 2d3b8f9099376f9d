/** Thrown to what was waiting when the gate closed. */
export class Closed extends Error {
    constructor() {
        super("not started, because the run is ending");
        this.name = "Closed";
    }
}

/** Lets a number of tasks run at once. Once closed it lets nothing new begin, and what runs may end. */
export class Gate {
    #free: number;
    #closed = false;
    #onClose: () => void = () => undefined;
    readonly #waiting: { enter: () => void; refuse: (error: Closed) => void }[] = [];

    constructor(places: number) {
        this.#free = places;
    }

    get closed(): boolean {
        return this.#closed;
    }

    async run<T>(task: () => Promise<T>): Promise<T> {
        if (this.#closed) {
            throw new Closed();
        }
        if (this.#free > 0) {
            this.#free -= 1;
        } else {
            await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }));
        }
        try {
            return await task();
        } finally {
            const next = this.#waiting.shift();
            if (next === undefined) {
                this.#free += 1;
            } else {
                next.enter();
            }
        }
    }

    onClose(act: () => void): void {
        this.#onClose = act;
        if (this.#closed) {
            act();
        }
    }

    close(): void {
        if (this.#closed) {
            return;
        }
        this.#closed = true;
        this.#onClose();
        this.#waiting.splice(0).forEach(({ refuse }) => refuse(new Closed()));
    }
}
