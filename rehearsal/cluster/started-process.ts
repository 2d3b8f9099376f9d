import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

import { type Place } from "../place.ts";
import { identify } from "../machine/process-identity.ts";
import { ownerMark } from "../machine/owned-processes.ts";
import { type ProcessRecord } from "../machine/process-records.ts";
import { type Program } from "./programs.ts";

const LOG_LINES_SHOWN = 15;

/** Starts a program that goes on when this one ends, in a process group of its own. */
export function startProcess(at: Place, program: Program): ProcessRecord {
    const file = logFile(at, program.name);
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
        renameSync(file, `${file}.previous`);
    }
    const log = openSync(file, "a", 0o600);
    const child = spawn(program.command, program.args, {
        cwd: at.cluster,
        detached: true,
        stdio: ["ignore", log, log],
        env: environment(at, program),
    });
    closeSync(log);
    // Without a listener a failed start would end this process; it is told below, by the missing identity.
    child.once("error", () => undefined);
    child.unref();

    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) {
        throw diedAtStart(at, program.name);
    }
    return { name: program.name, fingerprint: fingerprint(program), ...identity };
}

/** Changes when the program has to be started anew for what it is given to take effect. */
export function fingerprint(program: Program): string {
    const { command, args, environment: own = {} } = program;
    const hash = createHash("sha256").update(JSON.stringify([command, args, own]));
    for (const file of program.files) {
        hash.update("\0").update(readFileSync(file));
    }
    return hash.digest("hex").slice(0, 16);
}

/** The error for a program that ended by itself, with the last that it wrote. */
export function diedAtStart(at: Place, name: string): Error {
    const file = logFile(at, name);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN);
    return new Error(
        `${name} ended while the control plane started. The end of its log, ${file}:\n${lines.join("\n")}`,
    );
}

export function logFile(at: Place, name: string): string {
    return join(at.cluster, "logs", `${name}.log`);
}

/** Only what a program needs: others (etcd for one) take settings from the environment, and a passphrase may be in it. */
function environment(at: Place, { name, environment: own }: Program): Record<string, string> {
    const kept = ["PATH", "HOME", "LANG", "TZ"].flatMap((key) => {
        const value = process.env[key];
        return value === undefined ? [] : [[key, value]];
    });
    return { ...(Object.fromEntries(kept) as Record<string, string>), ...own, ...ownerMark(at.root, name) };
}
