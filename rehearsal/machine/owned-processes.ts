import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { identify, isAlive, isGone, type ProcessIdentity, readStat } from "./process-identity.ts";

/** Set in the environment of each process that is started, which its children inherit: whose it is. */
const OWNER_VARIABLE = "AIRFLOW_LINKERD_REHEARSAL_PROCESS";

const POLL_MILLISECONDS = 20;

/** What marks a process as the one called `name` of the place at `root`. */
export function ownerMark(root: string, name: string): Record<string, string> {
    return { [OWNER_VARIABLE]: `${name}@${root}` };
}

/**
 * The group leaders that carry the place's mark: what a record that was lost (a full disk, a kill between a start and
 * its record) would have held.
 */
export function markedLeaders(root: string): (ProcessIdentity & { readonly name: string })[] {
    return allProcessIds().flatMap((pid) => {
        const name = markedName(pid, root);
        const identity = name !== undefined && readStat(pid)?.group === pid ? identify(pid) : undefined;
        return identity && name !== undefined ? [{ ...identity, name }] : [];
    });
}

/**
 * Ends a process and its descendants that stayed in its group: SIGTERM, and SIGKILL to what is left after the grace.
 * Resolves when all are gone; false when there was nothing to end.
 */
export async function end(leader: ProcessIdentity, root: string, graceSeconds: number): Promise<boolean> {
    const members = membersOf(leader, root);
    if (members().length === 0) {
        return false;
    }
    signal(members(), "SIGTERM");
    if (!(await goneWithin(members, graceSeconds * 1000))) {
        signal(members(), "SIGKILL");
        if (!(await goneWithin(members, 10_000))) {
            const left = members().map((member) => member.pid);
            throw new Error(`process ${left.join(", ")} did not end even when killed: see \`ps -o stat,wchan,args\``);
        }
    }
    return true;
}

/**
 * Looks up who is in the group. A leader that lives makes it ours, and it stays so until it is empty, since the kernel
 * gives a group's number to nobody else before that. Of a leader that is gone already the number may stand for a later
 * group, so that a member has to carry the mark as well.
 */
function membersOf(leader: ProcessIdentity, root: string): () => ProcessIdentity[] {
    let ours = isAlive(leader);
    return () => {
        const group = allProcessIds().flatMap((pid) => {
            const identity = readStat(pid)?.group === leader.pid ? identify(pid) : undefined;
            return identity ? [identity] : [];
        });
        const members = ours ? group : group.filter(({ pid }) => markedName(pid, root) !== undefined);
        ours &&= members.length > 0;
        return members;
    };
}

function signal(members: readonly ProcessIdentity[], name: NodeJS.Signals): void {
    for (const member of members) {
        try {
            if (isAlive(member)) {
                process.kill(member.pid, name);
            }
        } catch (error) {
            if (!isGone(error)) {
                throw error;
            }
        }
    }
}

async function goneWithin(members: () => readonly ProcessIdentity[], milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (members().length > 0) {
        if (performance.now() > deadline) {
            return false;
        }
        await delay(POLL_MILLISECONDS);
    }
    return true;
}

function allProcessIds(): number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number);
}

function markedName(pid: number, root: string): string | undefined {
    let environment: string;
    try {
        environment = readFileSync(`/proc/${String(pid)}/environ`, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Another user's process is none of ours.
        if (isGone(error) || code === "EACCES" || code === "EPERM") {
            return undefined;
        }
        throw error;
    }
    const value = environment
        .split("\0")
        .find((entry) => entry.startsWith(`${OWNER_VARIABLE}=`))
        ?.slice(OWNER_VARIABLE.length + 1);
    const at = value?.indexOf("@") ?? -1;
    return value !== undefined && value.slice(at + 1) === root ? value.slice(0, at) : undefined;
}
