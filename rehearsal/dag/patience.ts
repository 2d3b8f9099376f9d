/** Seconds that an answer may take before it is worth a word. */
const SLOW_SECONDS = 5;

/**
 * Tells people that they wait for somebody else, while they do. A slow answer is no failure, but whoever sees nothing for
 * half a minute takes it for one.
 */
export class Patience {
    readonly #tell: (line: string) => void;
    readonly #seconds: number;
    #told = false;

    /** `tell` gets one line for each time that answers become slow. */
    constructor(tell: (line: string) => void, seconds = SLOW_SECONDS) {
        this.#tell = tell;
        this.#seconds = seconds;
    }

    /** `what` is what was asked for, such as `GET /api/v2/dags`. */
    async wait<T>(what: string, work: Promise<T>): Promise<T> {
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            if (!this.#told) {
                this.#told = true;
                this.#tell(`Airflow is slow: no answer to ${what} for ${String(this.#seconds)} s, still waiting.`);
            }
        }, this.#seconds * 1000);
        try {
            return await work;
        } finally {
            clearTimeout(timer);
            // An answer in time ends the slow spell; the next one is told again.
            this.#told &&= late;
        }
    }
}
