import { setTimeout as sleep } from "node:timers/promises";

import { explain } from "./api-error.ts";
import { log } from "../log.ts";

const firstMs = 200;
const longestMs = 2_000;

/** How long to wait before the next attempt when `failures` in a row failed. */
export function retryDelayMs(failures: number): number {
    return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/**
 * Repeats `attempt` until it succeeds. The API server may be away and permissions may come later, so
 * no refusal is final; each new reason is logged once.
 */
export async function untilDone(what: string, attempt: () => Promise<void>): Promise<void> {
    let reported: string | undefined;
    for (let failures = 1; ; failures++) {
        try {
            await attempt();
            return;
        } catch (error) {
            const reason = explain(error);
            if (reason !== reported) {
                log(`${what}: ${reason}; trying again`);
                reported = reason;
            }
            await sleep(retryDelayMs(failures));
        }
    }
}
