import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { askedContainers, Containers, rememberContainers } from "../containers.ts";
import { clientSecret } from "../identity-provider/client-secret.ts";
import { type Place } from "../place.ts";
import { isAlive } from "../machine/process-identity.ts";
import { accessObjects } from "./access.ts";
import { ApiServer } from "./api-server.ts";
import { clusterBinary } from "./binary/binary.ts";
import { linkTools, prepareFiles } from "./control-plane-files.ts";
import { withMachineLock } from "../machine/machine-lock.ts";
import { end } from "../machine/owned-processes.ts";
import { choosePorts, listens, type Ports } from "./ports.ts";
import {
    podProcesses,
    type ProcessRecord,
    readRecords,
    runningProcesses,
    writeRecords,
} from "../machine/process-records.ts";
import { controllers, identityProvider, type OwnPrograms, type Program, servers } from "./programs.ts";
import { diedAtStart, fingerprint, startProcess } from "./started-process.ts";

export { runningProcesses };

type Progress = (line: string) => void;

/** Callers go before what they call: an API server without its etcd lingers, and so does all that waits for it. */
const ENDED_LAST = ["kube-apiserver", "etcd"];
const GRACE_SECONDS = 15;

/**
 * Starts what does not run yet, and again what runs with other arguments, certificates or binary than it should.
 * Resolves when the API server is ready, its accounts are made and its controllers run. `containers` are what the environment asks for unless
 * the caller says more; those that run as processes bring the identity provider with them.
 *
 * @throws when a program ends by itself, with the end of its log; when a port that was asked for is taken.
 */
export async function startControlPlane(
    at: Place,
    progress: Progress,
    containers: Containers = askedContainers() ?? Containers.processes,
): Promise<void> {
    const binary = await clusterBinary(progress);
    mkdirSync(at.cluster, { recursive: true, mode: 0o700 });
    await exclusively(at, progress, async () => {
        const since = performance.now();
        const running = runningProcesses(at);
        const ports = await choosePorts(at, heldPorts(running));
        const files = await prepareFiles(at, ports);
        linkTools(at, binary);
        rememberContainers(at, containers);

        const first = servers(at, binary, ports, files);
        const own = ownPrograms();
        const rest = controllers(at, binary, own, ports, files, containers);
        if (containers === Containers.processes) {
            rest.push(identityProvider(own, ports, files.identityProvider, (await clientSecret(at)).value));
        }
        await endChanged(at, first, rest, progress);

        const apiServer = new ApiServer(ports.api, files.authority, files.administrator);
        const startedFirst = await startServers(at, first, ports, apiServer, progress);
        await Promise.all(accessObjects().map((object) => apiServer.apply(object)));

        const startedThen = await startMissing(at, rest, progress);
        // Made by the controller manager, and no pod can be created before.
        await apiServer.answers("/api/v1/namespaces/default/serviceaccounts/default", () => {
            refuseDead(at, rest);
        });
        refuseDead(at, [...first, ...rest]);

        const seconds = ((performance.now() - since) / 1000).toFixed(1);
        progress(
            startedFirst + startedThen === 0
                ? "control plane: runs already"
                : `control plane: ready on ${apiServer.url} after ${seconds} s`,
        );
    });
}

/** Resolves when the API server is ready. When it does not get there, the next start begins from nothing running. */
async function startServers(
    at: Place,
    programs: readonly Program[],
    ports: Ports,
    apiServer: ApiServer,
    progress: Progress,
): Promise<number> {
    const [etcd, others] = [programs.slice(0, 1), programs.slice(1)];
    try {
        // The API server gives etcd 20 s, which is not enough for a new one on a busy disk.
        const started = await startMissing(at, etcd, progress);
        await listens(ports.etcd, () => {
            refuseDead(at, etcd);
        });
        const startedThen = await startMissing(at, others, progress);
        await apiServer.answers("/readyz", () => {
            refuseDead(at, programs);
        });
        return started + startedThen;
    } catch (error) {
        await endInOrder(at, runningProcesses(at));
        throw error;
    }
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
        // The node first: it would start again what it sees end.
        const isNode = ({ name }: ProcessRecord) => name === "node";
        const nodes = await endInOrder(at, alive.filter(isNode));
        const pods = await endInOrder(at, podProcesses(at));
        const others = await endInOrder(at, [...alive.filter((record) => !isNode(record)), ...dead]);
        const stopped = nodes + pods + others;
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

/** Callers first. Returns how many there were to end. */
async function endInOrder(at: Place, records: readonly ProcessRecord[]): Promise<number> {
    let ended = 0;
    for (const group of [
        records.filter((record) => !ENDED_LAST.includes(record.name)),
        ...ENDED_LAST.map((name) => records.filter((record) => record.name === name)),
    ]) {
        const ends = await Promise.all(group.map((record) => end(record, at.root, GRACE_SECONDS)));
        ended += ends.filter(Boolean).length;
    }
    return ended;
}

/** Ends what runs with other arguments or files than it should; all of it, when that is something the rest calls. */
async function endChanged(at: Place, first: Program[], rest: Program[], progress: Progress): Promise<void> {
    const wanted = new Map([...first, ...rest].map((program) => [program.name, fingerprint(program)]));
    const running = runningProcesses(at);
    const changed = running.filter((record) => wanted.get(record.name) !== record.fingerprint);
    if (changed.length > 0) {
        progress(`control plane: ${changed.map(({ name }) => name).join(", ")}: has changed, starting anew`);
        const all = changed.some(({ name }) => ENDED_LAST.includes(name));
        await endInOrder(at, all ? running : changed);
    }
}

/** Starts what does not run. Returns how many that were. */
async function startMissing(at: Place, programs: readonly Program[], progress: Progress): Promise<number> {
    const running = new Set(runningProcesses(at).map((record) => record.name));
    const missing = programs.filter((program) => !running.has(program.name));
    if (missing.length > 0) {
        progress(`control plane: starting ${missing.map(({ name }) => name).join(", ")}`);
    }
    for (const program of missing) {
        // What a crashed one left behind would hold its ports and files.
        await endInOrder(
            at,
            readRecords(at).filter((record) => record.name === program.name),
        );
        const others = readRecords(at).filter((record) => record.name !== program.name);
        writeRecords(at, [...others, startProcess(at, program)]);
    }
    return missing.length;
}

function refuseDead(at: Place, programs: readonly Program[]): void {
    const running = new Set(runningProcesses(at).map((record) => record.name));
    for (const { name } of programs) {
        if (!running.has(name)) {
            throw diedAtStart(at, name);
        }
    }
}

function heldPorts(running: readonly ProcessRecord[]): Set<keyof Ports> {
    const runs = (name: string) => running.some((record) => record.name === name);
    return new Set<keyof Ports>([
        ...(runs("kube-apiserver") ? (["api"] as const) : []),
        ...(runs("etcd") ? (["etcd", "etcdPeer"] as const) : []),
        ...(runs("node") ? (["airflow"] as const) : []),
        ...(runs("identity-provider") ? (["identityProvider"] as const) : []),
    ]);
}

function ownPrograms(): OwnPrograms {
    return { node: sources("node"), identityProvider: sources("../identity-provider") };
}

/** A program of our own, and what it is made of: a changed source starts it again. */
function sources(path: string): string[] {
    const folder = join(dirname(fileURLToPath(import.meta.url)), path);
    const others = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && file !== "main.ts")
        .sort();
    return ["main.ts", ...others].map((file) => join(folder, file));
}
