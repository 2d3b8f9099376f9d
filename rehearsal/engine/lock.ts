import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";

import { EngineError } from "./engine-error.ts";

interface Holder {
    readonly user: string;
    readonly host: string;
    readonly pid: number;
    readonly since: string;
    /** The kernel's start time of the process, so that a reused id is not taken for the holder. */
    readonly started: string | undefined;
}

/**
 * Keeps a second run off a stack. Returns how to let go. The lock of a process of this machine that has died is taken
 * over, and `notice` says so.
 */
export async function lock(file: string, stack: string, notice: (text: string) => void): Promise<() => Promise<void>> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const self: Holder = {
        user: userInfo().username,
        host: hostname(),
        pid: process.pid,
        since: new Date().toISOString(),
        started: await startTime(process.pid),
    };
    for (;;) {
        try {
            await writeFile(file, JSON.stringify(self), { flag: "wx", mode: 0o600 });
            return () => rm(file, { force: true });
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
                throw error;
            }
        }
        const holder = await readHolder(file);
        if (holder === undefined) {
            continue;
        }
        const who = `${holder.user}@${holder.host}, process ${holder.pid}, since ${holder.since}`;
        const dead = holder.host === self.host && (await startTime(holder.pid)) !== holder.started;
        if (!dead) {
            throw new EngineError(
                `Stack ${stack} is locked by ${who}. Wait for that run to end, or stop it; if it is surely gone, ` +
                    `free the stack with: rm ${file}`,
            );
        }
        notice(`The lock of a run that has died (${who}) is taken over.`);
        await rm(file, { force: true });
    }
}

async function readHolder(file: string): Promise<Holder | undefined> {
    try {
        return JSON.parse(await readFile(file, "utf8")) as Holder;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw new EngineError(`The lock ${file} cannot be read. If no run is under way, remove it: rm ${file}`);
    }
}

/** Undefined when there is no such process. Outside Linux every living process has the same start time. */
async function startTime(pid: number): Promise<string | undefined> {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ESRCH") {
            return undefined;
        }
    }
    try {
        return (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[19];
    } catch {
        return "unknown";
    }
}
