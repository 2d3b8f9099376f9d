import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { dirname } from "node:path";

import { identify, isAlive, type ProcessIdentity } from "../machine/process-identity.ts";
import { EngineError } from "./engine-error.ts";
import { readIfThere } from "./state.ts";

interface Holder extends ProcessIdentity {
    readonly user: string;
    readonly host: string;
    readonly since: string;
}

/**
 * Keeps a second run off a stack. Returns how to let go. The lock of a process of this machine that has died is taken
 * over, and `notice` says so.
 */
export async function lock(file: string, stack: string, notice: (text: string) => void): Promise<() => Promise<void>> {
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
        const who = `${holder.user}@${holder.host}, process ${holder.pid}, since ${holder.since}`;
        if (holder.host !== self.host || isAlive(holder)) {
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
    const text = await readIfThere(file);
    try {
        return text === undefined ? undefined : (JSON.parse(text) as Holder);
    } catch {
        throw new EngineError(`The lock ${file} cannot be read. If no run is under way, remove it: rm ${file}`);
    }
}
