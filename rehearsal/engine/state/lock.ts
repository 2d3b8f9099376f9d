import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";

import { identify, isAlive, type ProcessIdentity } from "../../machine/process-identity.ts";
import { EngineError } from "../engine-error.ts";
import { readIfThere } from "./state.ts";

interface Holder extends ProcessIdentity {
    readonly user: string;
    readonly host: string;
    readonly since: string;
}

export interface LockOptions {
    readonly file: string;
    readonly stack: string;
    /** Whether to take the lock over from a process of this machine that has died. `notice` says so then. */
    readonly takeOver: boolean;
    readonly notice: (text: string) => void;
}

/** Keeps a second run off a stack. Returns how to let go. */
export async function lock({ file, stack, takeOver, notice }: LockOptions): Promise<() => Promise<void>> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const self = { user: userInfo().username, host: hostname(), since: new Date().toISOString() };
    for (;;) {
        try {
            const holder = JSON.stringify({ ...self, ...identify(process.pid) });
            await writeFile(file, holder, { flag: "wx", mode: 0o600 });
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
        const dead = holder.host === self.host && !isAlive(holder);
        if (!dead) {
            throw new EngineError(
                `Stack ${stack} is locked by ${named(holder)}. Wait for that run to end, or stop it. If it is surely ` +
                    `gone, free the stack with \`cancel\``,
            );
        }
        if (!takeOver) {
            throw new EngineError(
                `Stack ${stack} is locked by ${named(holder)}, a run that was killed. Free the stack with \`cancel\` and ` +
                    `see docs/interrupted-runs.md for what it left behind, or let this run go on from there with --resume`,
            );
        }
        notice(`The lock of a run that has died (${named(holder)}) is taken over.`);
        await rm(file, { force: true });
    }
}

/**
 * Takes the lock away from whoever holds it, unless that is a run of this machine that is under way. Returns who that was;
 * undefined when nobody held it.
 */
export async function breakLock(file: string, stack: string): Promise<string | undefined> {
    const holder = await readHolder(file);
    if (holder === undefined) {
        return undefined;
    }
    if (holder.host === hostname() && isAlive(holder)) {
        throw new EngineError(
            `Stack ${stack} is locked by ${named(holder)}, which is under way: interrupt it with Ctrl-C or ` +
                `\`kill -INT ${holder.pid}\`, and it ends in order`,
        );
    }
    await rm(file, { force: true });
    return named(holder);
}

function named({ user, host, pid, since }: Holder): string {
    return `${user}@${host}, process ${pid}, since ${since}`;
}

async function readHolder(file: string): Promise<Holder | undefined> {
    const text = await readIfThere(file);
    try {
        return text === undefined ? undefined : (JSON.parse(text) as Holder);
    } catch {
        throw new EngineError(`The lock ${file} cannot be read. If no run is under way, remove it: rm ${file}`);
    }
}
