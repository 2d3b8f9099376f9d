import { readFileSync } from "node:fs";
import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { type Place } from "../place.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { markedLeaders } from "./owned-processes.ts";

/** One process that the control plane started. */
export interface ProcessRecord extends ProcessIdentity {
    /** The program's name, such as `kube-apiserver`. */
    readonly name: string;
    /** What it was started with; another value means that it has to be started again. "" is never the same. */
    readonly fingerprint: string;
}

/** What the names of the processes begin with that the node started for pods. The node keeps records of its own. */
export const POD_PROCESS = "pod:";

/** The processes of pods that run now. */
export function podProcesses(at: Place): ProcessRecord[] {
    return markedLeaders(at.root)
        .filter(({ name }) => name.startsWith(POD_PROCESS))
        .map((leader) => ({ ...leader, fingerprint: "" }));
}

/** The recorded processes that are alive, with those whose record was lost. */
export function runningProcesses(at: Place): ProcessRecord[] {
    const recorded = readRecords(at).filter(isAlive);
    const known = new Set(recorded.map((record) => record.pid));
    const lost = markedLeaders(at.root)
        .filter(({ pid, name }) => !known.has(pid) && !name.startsWith(POD_PROCESS))
        .map((leader) => ({ ...leader, fingerprint: "" }));
    return [...recorded, ...lost];
}

/** Every recorded process, those that are gone too: they may have left children behind. */
export function readRecords(at: Place): ProcessRecord[] {
    let text: string;
    try {
        text = readFileSync(recordsFile(at), "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return [];
        }
        throw error;
    }
    try {
        return (JSON.parse(text) as { processes: ProcessRecord[] }).processes;
    } catch (error) {
        if (error instanceof SyntaxError) {
            // A torn file. What it held is found again by the marks that the processes carry.
            return [];
        }
        throw error;
    }
}

export function writeRecords(at: Place, processes: readonly ProcessRecord[]): void {
    writeFileAtomic.sync(recordsFile(at), `${JSON.stringify({ processes }, null, 4)}\n`, { mode: 0o600 });
}

function recordsFile(at: Place): string {
    return join(at.cluster, "processes.json");
}
