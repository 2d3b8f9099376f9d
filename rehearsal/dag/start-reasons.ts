import { type LogEvent, type TaskInstance } from "./airflow-api.ts";
import { nameOf } from "./task-changes.ts";

/** How long a task may be queued before it is asked why, and before it is asked again. */
const PATIENCE_MILLISECONDS = 10_000;

/** Tasks that are asked at once: those that wait together most often wait for the same. */
const ASKED = 3;

/** As start_log.py marks the lines that it puts before a task's own. */
const LOGGER = "task_starts";

/** Tells, while tasks wait for their pods, what those wait for. */
export class StartReasons {
    readonly #log: (task: TaskInstance) => Promise<readonly LogEvent[]>;
    readonly #tell: (line: string) => void;
    readonly #now: () => number;
    readonly #askAt = new Map<string, number>();
    readonly #told = new Set<string>();

    constructor(
        log: (task: TaskInstance) => Promise<readonly LogEvent[]>,
        tell: (line: string) => void,
        now = () => performance.now(),
    ) {
        this.#log = log;
        this.#tell = tell;
        this.#now = now;
    }

    /** With all tasks of the run, each time that they are looked at. */
    async look(tasks: readonly TaskInstance[]): Promise<void> {
        const waiting = tasks.filter(({ state }) => state === "queued");
        for (const task of waiting) {
            const name = this.#attempt(task);
            this.#askAt.set(name, this.#askAt.get(name) ?? this.#now() + PATIENCE_MILLISECONDS);
        }
        const due = waiting.filter((task) => (this.#askAt.get(this.#attempt(task)) ?? Infinity) <= this.#now());
        for (const task of due.slice(0, ASKED)) {
            this.#askAt.set(this.#attempt(task), this.#now() + PATIENCE_MILLISECONDS);
            await this.#ask(task);
        }
    }

    async #ask(task: TaskInstance): Promise<void> {
        const reasons = (await this.#log(task)).filter(({ logger }) => logger === LOGGER);
        for (const { event } of reasons) {
            const line = `${nameOf(task)} waits. ${event}`;
            if (!this.#told.has(line)) {
                this.#told.add(line);
                this.#tell(line);
            }
        }
    }

    #attempt(task: TaskInstance): string {
        return `${nameOf(task)} ${String(task.try_number)}`;
    }
}
