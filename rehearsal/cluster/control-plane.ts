import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { type Place } from "../place.ts";
import { accessObjects } from "./access.ts";
import { clusterBinary } from "./binary.ts";
import { linkTools, prepareFiles } from "./control-plane-files.ts";
import { withMachineLock } from "./machine-lock.ts";
import { end } from "./owned-processes.ts";
import { choosePorts, type Ports } from "./ports.ts";
import { isAlive } from "./process-identity.ts";
import { type ProcessRecord, readRecords, runningProcesses, writeRecords } from "./process-records.ts";
import { controllers, type Program, servers } from "./programs.ts";
import { answers } from "./readiness.ts";
import { diedAtStart, fingerprint, startProcess } from "./started-process.ts";

export { runningProcesses };

type Progress = (line: string) => void;

/** Callers go before what they call: an API server without its etcd lingers, and so does all that waits for it. */
const ENDED_LAST = ["kube-apiserver", "etcd"];
const GRACE_SECONDS = 15;

/**
 * Starts what does not run yet, and again what runs with other arguments, certificates or binary than it should.
 * Resolves when the API server is ready and its controllers work.
 *
 * @throws when a program ends by itself, with the end of its log; when a port that was asked for is taken.
 */
export async function startControlPlane(at: Place, progress: Progress): Promise<void> {
    const binary = await clusterBinary(progress);
    mkdirSync(at.cluster, { recursive: true, mode: 0o700 });
    await exclusively(at, progress, async () => {
        const since = performance.now();
        const running = runningProcesses(at);
        const ports = await choosePorts(at, heldPorts(running));
        const files = await prepareFiles(at, ports);
        linkTools(at, binary);

        const first = await ensure(at, servers(at, binary, ports, files), progress);
        await answers(ports.api, files.admin, ["/readyz"], () => {
            refuseDead(at, first.records);
        });
        await grantAccess(at, binary);

        const rest = await ensure(at, controllers(binary, nodeSources(), files), progress);
        // Made by the controller manager, and no pod can be created before.
        await answers(ports.api, files.admin, ["/api/v1/namespaces/default/serviceaccounts/default"], () => {
            refuseDead(at, rest.records);
        });
        refuseDead(at, [...first.records, ...rest.records]);

        const started = first.started + rest.started;
        const seconds = ((performance.now() - since) / 1000).toFixed(1);
        progress(
            started === 0
                ? "control plane: runs already"
                : `control plane: ready on https://127.0.0.1:${String(ports.api)} after ${seconds} s`,
        );
    });
}

/** Ends every process that was started here, and nothing else. Files stay. */
export async function stopControlPlane(at: Place, progress: Progress): Promise<{ stopped: number }> {
    return exclusively(at, progress, async () => {
        const alive = runningProcesses(at);
        // Those that have died by themselves may have left children.
        const dead = readRecords(at).filter((record) => !isAlive(record));
        if (alive.length > 0) {
            progress(`control plane: ending ${alive.map((record) => record.name).join(", ")}`);
        }
        const all = [...alive, ...dead];
        let stopped = 0;
        for (const group of [
            all.filter((record) => !ENDED_LAST.includes(record.name)),
            ...ENDED_LAST.map((name) => all.filter((record) => record.name === name)),
        ]) {
            const ended = await Promise.all(group.map((record) => end(record, at.root, GRACE_SECONDS)));
            stopped += ended.filter(Boolean).length;
        }
        if (existsSync(at.cluster)) {
            writeRecords(at, []);
        }
        return { stopped };
    });
}

function exclusively<T>(at: Place, progress: Progress, work: () => Promise<T>): Promise<T> {
    const waiting = () => {
        progress("control plane: waiting for another run that starts or ends it");
    };
    return withMachineLock(`control plane ${at.root}`, waiting, work);
}

/** Each program running as it should: what does is left alone. */
async function ensure(
    at: Place,
    programs: readonly Program[],
    progress: Progress,
): Promise<{ records: ProcessRecord[]; started: number }> {
    const wanted = programs.map((program) => ({ program, print: fingerprint(program) }));
    const stale = ({ name, fingerprint: print }: ProcessRecord) =>
        wanted.some(({ program, print: other }) => program.name === name && print !== other);
    // In the order of programs, but backwards: callers first.
    for (const record of runningProcesses(at).filter(stale).reverse()) {
        progress(`control plane: ${record.name} has changed, ending the old one`);
        await end(record, at.root, GRACE_SECONDS);
    }

    const running = runningProcesses(at);
    const missing = programs.filter(({ name }) => !running.some((record) => record.name === name));
    if (missing.length > 0) {
        progress(`control plane: starting ${missing.map(({ name }) => name).join(", ")}`);
    }
    for (const program of missing) {
        // What a crashed one left behind would hold its ports and files.
        for (const dead of readRecords(at).filter((record) => record.name === program.name)) {
            await end(dead, at.root, GRACE_SECONDS);
        }
        const others = readRecords(at).filter((record) => record.name !== program.name);
        writeRecords(at, [...others, startProcess(at, program)]);
    }
    const records = runningProcesses(at).filter(({ name }) => programs.some((program) => program.name === name));
    for (const { name } of programs) {
        if (!records.some((record) => record.name === name)) {
            throw diedAtStart(at, name);
        }
    }
    return { records, started: missing.length };
}

function refuseDead(at: Place, records: readonly ProcessRecord[]): void {
    for (const record of records) {
        if (!isAlive(record)) {
            throw diedAtStart(at, record.name);
        }
    }
}

function heldPorts(running: readonly ProcessRecord[]): Set<keyof Ports> {
    const runs = (name: string) => running.some((record) => record.name === name);
    return new Set<keyof Ports>([
        ...(runs("kube-apiserver") ? (["api"] as const) : []),
        ...(runs("etcd") ? (["etcd", "etcdPeer"] as const) : []),
    ]);
}

async function grantAccess(at: Place, binary: string): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: accessObjects() });
    const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=rehearsal", "--filename=-"];
    const call = promisify(execFile)(binary, ["kubectl", "--kubeconfig", at.kubeconfig, ...apply]);
    call.child.stdin?.end(list);
    await call;
}

/** The program that plays the nodes, and what it is made of: a changed source starts it again. */
function nodeSources(): string[] {
    const folder = join(dirname(fileURLToPath(import.meta.url)), "node");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && file !== "main.ts")
        .sort();
    return ["main.ts", ...sources].map((file) => join(folder, file));
}
