import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { type Session, textOf } from "./session.ts";

/** One run of a DAG. */
export interface DagRun {
    readonly dag_run_id: string;
    readonly state: string;
}

/** One task of a run, or one instance of a mapped one. */
export interface TaskInstance {
    readonly task_id: string;
    /** -1 for a task that is not mapped. */
    readonly map_index: number;
    /** Null before the scheduler looked at it. */
    readonly state: string | null;
    readonly try_number: number;
    readonly hostname: string | null;
}

/** One line of a task's log. */
export interface LogEvent {
    readonly event: string;
    readonly timestamp?: string;
    readonly level?: string;
    readonly logger?: string;
    readonly error_detail?: readonly { readonly exc_type: string; readonly exc_value: string }[];
}

/** Airflow answered, and did not do what it was asked. */
export class ApiRefusal extends Error {
    readonly status: number;
    readonly detail: string;

    constructor(request: string, status: number, detail: string) {
        super(`Airflow answered ${String(status)} to ${request}: ${detail}`);
        this.status = status;
        this.detail = detail;
    }
}

/** Entries that Airflow gives at once, and no more whatever it is asked for, unless its own config says otherwise. */
const PAGE = 100;

const terminal: ReadonlySet<string> = new Set(["success", "failed"]);

/** Whether nothing of the run will change any more. */
export function hasEnded({ state }: DagRun): boolean {
    return terminal.has(state);
}

/** Airflow's public API, as far as running a DAG needs it. */
export class AirflowApi {
    readonly #session: Pick<Session, "ask">;

    constructor(session: Pick<Session, "ask">) {
        this.#session = session;
    }

    /** Whether the DAG waits for somebody to let it run, or undefined when there is no such DAG. */
    async isPaused(dag: string): Promise<boolean | undefined> {
        try {
            return (await this.#ask<{ is_paused: boolean }>("GET", `/dags/${encodeURIComponent(dag)}`)).is_paused;
        } catch (error) {
            if (error instanceof ApiRefusal && error.status === 404) {
                return undefined;
            }
            throw error;
        }
    }

    async dagIds(): Promise<string[]> {
        const dags = await this.#all<"dags", { dag_id: string }>("/dags", "dags", "dag_id");
        return dags.map(({ dag_id }) => dag_id);
    }

    /** Files that Airflow could make no DAG of, with the last line of what went wrong. */
    async importErrors(): Promise<{ file: string; problem: string }[]> {
        const errors = await this.#all<"import_errors", { filename: string; stack_trace: string }>(
            "/importErrors",
            "import_errors",
            "id",
        );
        return errors.map(({ filename, stack_trace }) => ({
            file: filename,
            problem: stack_trace.trim().split("\n").at(-1) ?? "",
        }));
    }

    async unpause(dag: string): Promise<void> {
        await this.#ask("PATCH", `/dags/${encodeURIComponent(dag)}?update_mask=is_paused`, { is_paused: false });
    }

    trigger(dag: string, conf: object): Promise<DagRun> {
        return this.#ask("POST", `/dags/${encodeURIComponent(dag)}/dagRuns`, { logical_date: null, conf });
    }

    run(dag: string, run: string): Promise<DagRun> {
        return this.#ask("GET", path(dag, run));
    }

    /** All of them, also of a run with more than one page. */
    taskInstances(dag: string, run: string): Promise<TaskInstance[]> {
        return this.#all<"task_instances", TaskInstance>(`${path(dag, run)}/taskInstances`, "task_instances", "id");
    }

    /** What a task returned. */
    async result(dag: string, run: string, task: string, mapIndex = -1): Promise<unknown> {
        const entry = `xcomEntries/return_value?map_index=${String(mapIndex)}`;
        const { value } = await this.#ask<{ value: unknown }>(
            "GET",
            `${path(dag, run)}/taskInstances/${encodeURIComponent(task)}/${entry}`,
        );
        return value;
    }

    async log(dag: string, run: string, task: TaskInstance, attempt = task.try_number): Promise<LogEvent[]> {
        const { content } = await this.#ask<{ content: LogEvent[] }>(
            "GET",
            `${path(dag, run)}/taskInstances/${encodeURIComponent(task.task_id)}/logs/${String(attempt)}` +
                `?map_index=${String(task.map_index)}&full_content=true`,
        );
        return content;
    }

    /** Every page of a list. `order` must tell entries apart, or one could be on two pages and another on none. */
    async #all<Key extends string, Entry>(list: string, key: Key, order: string): Promise<Entry[]> {
        const entries: Entry[] = [];
        for (;;) {
            const page = await this.#ask<Record<Key, Entry[]> & { total_entries: number }>(
                "GET",
                `${list}?limit=${String(PAGE)}&offset=${String(entries.length)}&order_by=${order}`,
            );
            entries.push(...page[key]);
            if (page[key].length === 0 || entries.length >= page.total_entries) {
                return entries;
            }
        }
    }

    async #ask<T>(method: Parameters<Session["ask"]>[0], path: string, data?: object): Promise<T> {
        const { status, body } = await this.#session.ask(method, `/api/v2${path}`, data);
        if (status >= 400) {
            throw new ApiRefusal(`${method} /api/v2${path}`, status, detailOf(body));
        }
        return body as T;
    }
}

function path(dag: string, run: string): string {
    return `/dags/${encodeURIComponent(dag)}/dagRuns/${encodeURIComponent(run)}`;
}

function detailOf(body: unknown): string {
    if (typeof body === "string") {
        // A page of Airflow's or of whatever stands before it.
        return withoutSecrets(textOf(body)).slice(0, 300);
    }
    const detail = (body as { detail?: unknown } | null)?.detail ?? body;
    return withoutSecrets(typeof detail === "string" ? detail : JSON.stringify(detail));
}
