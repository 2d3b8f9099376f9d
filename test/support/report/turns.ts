/** Where one of several runs says what it has to say. */
export interface Turn {
    say(text: string): void;
    /** It has said all. */
    end(): void;
}

/** Lets runs that go side by side speak one after the other: the first as it goes, the next once it is its turn. */
export class Turns {
    readonly #write: (text: string) => void;
    readonly #waiting: { kept: string; ended: boolean }[] = [];

    constructor(write: (text: string) => void) {
        this.#write = write;
    }

    next(): Turn {
        const turn = { kept: "", ended: false };
        this.#waiting.push(turn);
        return {
            say: (text) => {
                turn.kept += text;
                this.#speak();
            },
            end: () => {
                turn.ended = true;
                this.#speak();
            },
        };
    }

    #speak(): void {
        for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
            this.#write(first.kept);
            first.kept = "";
            if (!first.ended) {
                return;
            }
            this.#waiting.shift();
        }
    }
}
