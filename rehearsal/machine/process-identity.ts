import { readFileSync } from "node:fs";

/** A process as the kernel tells it apart from every other one, earlier or later, under the same id. */
export interface ProcessIdentity {
    readonly pid: number;
    /** Field 22 of `/proc/<pid>/stat`: clock ticks from the machine's start to the process's. */
    readonly startTime: string;
    /** The machine's start that `startTime` counts from. */
    readonly bootId: string;
}

interface Stat {
    readonly group: number;
    readonly startTime: string;
}

export function bootId(): string {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Undefined when there is no such process, or only what is left of one that has ended. */
export function readStat(pid: number): Stat | undefined {
    let line: string;
    try {
        line = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    } catch (error) {
        if (isGone(error)) {
            return undefined;
        }
        throw error;
    }
    // The second field is the command's name in brackets, and may itself hold spaces and brackets.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    const [state, group, threads, startTime] = [fields[0], fields[2], fields[17], fields[19]];
    if (state === undefined || group === undefined || startTime === undefined) {
        throw new Error(`/proc/${String(pid)}/stat reads "${line.trim()}": expected at least 22 fields`);
    }
    // While its other threads are still ending, files and ports are not free yet.
    const ended = state === "X" || (state === "Z" && Number(threads) <= 1);
    return ended ? undefined : { group: Number(group), startTime };
}

/** Undefined when there is no such process. */
export function identify(pid: number): ProcessIdentity | undefined {
    const stat = readStat(pid);
    return stat && { pid, startTime: stat.startTime, bootId: bootId() };
}

/** Whether this very process is alive, not another one that has its id now. */
export function isAlive(identity: ProcessIdentity): boolean {
    return readStat(identity.pid)?.startTime === identity.startTime && identity.bootId === bootId();
}

/** Whether the error means that a process went away while it was being looked at. */
export function isGone(error: unknown): boolean {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ESRCH";
}
