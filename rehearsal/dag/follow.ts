import { setTimeout as delay } from "node:timers/promises";

import { type AirflowApi, ApiRefusal, type DagRun, hasEnded, type TaskInstance } from "./airflow-api.ts";
import { type TaskChange, TaskChanges } from "./task-changes.ts";

export interface FollowedRun {
    readonly run: DagRun;
    /** As they were when the run had ended. */
    readonly tasks: readonly TaskInstance[];
}

export interface Listener {
    changed(change: TaskChange): void;
    /** Called with all tasks each time that Airflow told of them. What it asks for is waited for. */
    looked?(tasks: readonly TaskInstance[]): Promise<void>;
    /** Called once for each time that Airflow stops answering. */
    silent(reason: string): void;
}

// Airflow has no way to be told of changes.
const POLL_MILLISECONDS = 500;

/** How long an API server that restarts is waited for. */
const PATIENCE_MILLISECONDS = 120_000;

/**
 * Follows a run to its end, also past a restart of the API server.
 *
 * @throws when Airflow refuses to tell, or does not answer for two minutes.
 */
export async function follow(api: AirflowApi, dag: string, runId: string, listener: Listener): Promise<FollowedRun> {
    const changes = new TaskChanges();
    let silentSince: number | undefined;
    for (;;) {
        try {
            // In this order, so that the tasks of a run that has ended are as it left them.
            const run = await api.run(dag, runId);
            const tasks = await api.taskInstances(dag, runId);
            silentSince = undefined;
            changes.since(tasks).forEach((change) => {
                listener.changed(change);
            });
            if (hasEnded(run)) {
                return { run, tasks };
            }
            await listener.looked?.(tasks);
        } catch (error) {
            if (error instanceof ApiRefusal && error.status < 500) {
                throw error;
            }
            if (silentSince === undefined) {
                silentSince = performance.now();
                listener.silent((error as Error).message);
            } else if (performance.now() - silentSince > PATIENCE_MILLISECONDS) {
                throw error;
            }
        }
        await delay(POLL_MILLISECONDS);
    }
}
