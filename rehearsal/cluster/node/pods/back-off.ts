import { type ContainerRecord, type ExitedContainer } from "../containers/container-record.ts";

// A kubelet's figures: 10 s, doubled to 5 min; a run of 10 min wipes the slate.
const firstMs = 10_000;
const longestMs = 300_000;
const forgivenAfterMs = 600_000;

/** How long an ended container waits before its next start. The first restart is immediate. */
export function backOffMs(record: ContainerRecord, ended: ExitedContainer): number {
    if (record.streak === 0 || wasLong(ended)) {
        return 0;
    }
    return Math.min(firstMs * 2 ** (record.streak - 1), longestMs);
}

/** The streak with which the next run begins. */
export function streakAfter(record: ContainerRecord, ended: ExitedContainer): number {
    return wasLong(ended) ? 0 : record.streak + 1;
}

function wasLong(ended: ExitedContainer): boolean {
    return ended.finishedAt.getTime() - ended.startedAt.getTime() >= forgivenAfterMs;
}
