import { setTimeout as delay } from "node:timers/promises";

import { type AirflowApi, ApiRefusal } from "./airflow-api.ts";

export interface FirstReadTimes {
    readonly patienceMs: number;
    readonly pollMs: number;
}

const usual: FirstReadTimes = { patienceMs: 60_000, pollMs: 2000 };

/**
 * Waits where Airflow has no DAG for this person yet, as in its first moments: until there are some, and no more come. Until
 * then it says of every DAG that it may not be run. Gives up without a word, since what is asked for next has the reason.
 */
export async function firstRead(
    api: Pick<AirflowApi, "dagIds">,
    tell: (line: string) => void,
    { patienceMs, pollMs }: FirstReadTimes = usual,
): Promise<void> {
    let last = await visible(api);
    if (last !== 0) {
        return;
    }
    tell("Airflow has no DAG here yet: it may still be reading the files, waiting for that.");
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
        await delay(pollMs);
        const now = await visible(api);
        if (now === undefined || (now > 0 && now === last)) {
            return;
        }
        last = now;
    }
}

/** Undefined for who may not list DAGs. */
async function visible(api: Pick<AirflowApi, "dagIds">): Promise<number | undefined> {
    try {
        return (await api.dagIds()).length;
    } catch (error) {
        if (error instanceof ApiRefusal && error.status === 403) {
            return undefined;
        }
        throw error;
    }
}
