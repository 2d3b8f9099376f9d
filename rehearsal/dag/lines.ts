import { nearest } from "../../stacks/config/nearest.ts";
import { type ApiRefusal, type LogEvent, type TaskInstance } from "./airflow-api.ts";
import { type FollowedRun } from "./follow.ts";
import { nameOf, type TaskChange } from "./task-changes.ts";

/** Lines of a log that are shown of a task that failed. */
const TAIL = 20;

/** A change of a task, under those before it. */
export function changeLine({ task, state, attempt }: TaskChange, seconds: number): string {
    const again = attempt > 1 ? ` (try ${String(attempt)})` : "";
    return `${seconds.toFixed(1).padStart(7)} s  ${task.padEnd(20)}  ${state.replaceAll("_", " ")}${again}`;
}

/** The end of a log as text, without the lines by which Airflow's page folds it. */
export function logTail(events: readonly LogEvent[]): string[] {
    return events.flatMap(logLines).slice(-TAIL);
}

function logLines({ event, level, error_detail }: LogEvent): string[] {
    if (/^::(end)?group::/.test(event)) {
        return [];
    }
    const severity = level === undefined || level === "info" ? "" : `${level.toUpperCase()} `;
    const causes = (error_detail ?? []).map(({ exc_type, exc_value }) => `    ${exc_type}: ${exc_value}`);
    return [...event.split("\n").map((line) => `${severity}${line}`), ...causes];
}

/** Tasks that the last line names. */
const NAMED = 5;

/** How a run ended, and which tasks made it fail. */
export function endLine(dag: string, { run, tasks }: FollowedRun, seconds: number): string {
    const ended = `${dag}: ${run.state} after ${seconds.toFixed(1)} s`;
    if (run.state === "success") {
        return ended;
    }
    const failed = tasks.filter(hasFailed).map(nameOf);
    if (failed.length === 0) {
        return `${ended}, though no task failed: its time was up, or somebody marked it`;
    }
    const more = failed.length > NAMED ? ` and ${String(failed.length - NAMED)} more` : "";
    return `${ended}, because of ${failed.slice(0, NAMED).join(", ")}${more}`;
}

export function hasFailed({ state }: TaskInstance): boolean {
    return state === "failed";
}

/** There is no DAG of that name. */
export function unknownDag(
    dag: string,
    known: readonly string[],
    importErrors: readonly { file: string; problem: string }[],
): string {
    const meant = nearest(dag, known);
    return [
        `"${dag}" is no DAG of this Airflow; there are ${[...known].sort().join(", ") || "none"}.` +
            (meant === undefined ? "" : ` Did you mean ${meant}?`),
        ...importErrors.map(({ file, problem }) => `${file} gives none, because of an error: ${problem}`),
    ].join("\n");
}

/** The person has no right to it. `contact` is whom the platform names for that, where it names anybody. */
export function forbidden(person: string, what: string, { message }: ApiRefusal, contact: string | undefined): string {
    const wayOut = contact === undefined ? "Ask for a role that may" : `Ask ${contact} for a role that may`;
    return `${person} may not ${what}. ${message}. ${wayOut}, or be somebody who has one with --as.`;
}
