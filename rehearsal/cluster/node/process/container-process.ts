import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { identify, isAlive, isGone, type ProcessIdentity } from "../../../machine/process-identity.ts";
import { type Environment } from "./container-environment.ts";
import { inside, type NetworkHolder } from "./network/namespaces.ts";

// How often a process that an earlier node started is looked at: only a parent is told of an end.
const LOOK_EVERY_MS = 300;
const KILLED = 137;

export interface Execution {
    /** Undefined when it took too long. */
    readonly exitCode: number | undefined;
    readonly output: string;
}

export interface Launch {
    /** Where the record and bwrap's status are kept. */
    readonly folder: string;
    readonly network: NetworkHolder;
    /** What bwrap is given. It writes its status to descriptor 3. */
    readonly arguments: readonly string[];
    readonly environment: Environment;
    readonly logFile: string;
}

/** One container that runs, or ran, as a process of this machine. It goes on when the node ends. */
export class ContainerProcess {
    readonly #folder: string;
    readonly #network: NetworkHolder;
    readonly #leader: ProcessIdentity;
    readonly #ended = Promise.withResolvers<number>();

    private constructor(folder: string, network: NetworkHolder, leader: ProcessIdentity, child?: ChildProcess) {
        this.#folder = folder;
        this.#network = network;
        this.#leader = leader;
        const end = (): void => {
            killInit(folder);
            this.#ended.resolve(this.#exitCode() ?? child?.exitCode ?? KILLED);
        };
        if (child === undefined) {
            const looking = setInterval(() => {
                if (!isAlive(leader)) {
                    clearInterval(looking);
                    end();
                }
            }, LOOK_EVERY_MS);
        } else {
            child.once("exit", end);
        }
    }

    /** Rejects when the sandbox cannot be made, with what bwrap says. */
    static async start(launch: Launch): Promise<ContainerProcess> {
        mkdirSync(launch.folder, { recursive: true, mode: 0o700 });
        mkdirSync(dirname(launch.logFile), { recursive: true, mode: 0o700 });
        const log = openSync(launch.logFile, "a", 0o600);
        const status = openSync(join(launch.folder, "status"), "a", 0o600);
        const [program = "", ...enter] = inside(launch.network);
        const child = spawn(program, [...enter, "bwrap", ...launch.arguments], {
            detached: true,
            stdio: ["ignore", log, log, status],
            env: launch.environment,
        });
        closeSync(log);
        closeSync(status);
        const failed = new Promise<never>((_, reject) => child.once("error", reject));
        await Promise.race([failed, new Promise<void>((resolve) => child.once("spawn", resolve))]);
        child.unref();
        const leader = child.pid === undefined ? undefined : identify(child.pid);
        if (leader === undefined) {
            throw new Error(`the container's process was gone at once: ${readFileSync(launch.logFile, "utf8")}`);
        }
        writeFileAtomic.sync(join(launch.folder, "process.json"), JSON.stringify(leader), { mode: 0o600 });
        return new ContainerProcess(launch.folder, launch.network, leader, child);
    }

    /** The process that was started in this folder, when it is alive, or ended with nobody there to hear how. */
    static find(folder: string, network: NetworkHolder): ContainerProcess | undefined {
        const leader = recordedIn(folder);
        const known = leader !== undefined && (isAlive(leader) || statusField(folder, "exit-code") !== undefined);
        return known ? new ContainerProcess(folder, network, leader) : undefined;
    }

    /** Ends what was started in this folder, in whatever network it is. */
    static killIn(folder: string): void {
        const leader = aliveIn(folder);
        if (leader === undefined) {
            killInit(folder);
        } else {
            killAll(folder, leader);
        }
    }

    /** Resolves with the exit code. */
    get ended(): Promise<number> {
        return this.#ended.promise;
    }

    /** To the container's own process. */
    signal(name: NodeJS.Signals): void {
        const init = this.#init();
        for (const pid of init === undefined ? [] : childrenOf(init)) {
            send(pid, name);
        }
    }

    /** Ends all that runs in the container. */
    kill(): void {
        if (isAlive(this.#leader)) {
            killAll(this.#folder, this.#leader);
        }
    }

    /** Runs a command inside, as a probe does. */
    execute(command: readonly string[], environment: Environment, timeoutSeconds: number): Promise<Execution> {
        const init = this.#init();
        if (init === undefined) {
            return Promise.resolve({ exitCode: undefined, output: "the container does not run" });
        }
        // In two steps: the network belongs to the outer user namespace, the rest to the inner.
        const spaces = ["--user", "--mount", "--pid", "--uts", "--ipc", "--preserve-credentials"];
        const enter = ["nsenter", `--target=${String(init)}`, ...spaces, "--"];
        const [program = "", ...args] = [...inside(this.#network), ...enter, ...command];
        return new Promise((resolve, reject) => {
            const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: environment });
            let output = "";
            for (const stream of [child.stdout, child.stderr]) {
                stream.setEncoding("utf8").on("data", (text: string) => (output += text));
            }
            let late = false;
            const timer = setTimeout(() => {
                late = true;
                send(-(child.pid ?? 0), "SIGKILL");
            }, timeoutSeconds * 1000);
            child.once("error", reject);
            child.once("close", (code) => {
                clearTimeout(timer);
                resolve({ exitCode: late ? undefined : (code ?? KILLED), output: output.slice(-2000) });
            });
        });
    }

    #init(): number | undefined {
        const pid = statusField(this.#folder, "child-pid");
        return pid !== undefined && isAlive(this.#leader) ? pid : undefined;
    }

    #exitCode(): number | undefined {
        return statusField(this.#folder, "exit-code");
    }
}

function recordedIn(folder: string): ProcessIdentity | undefined {
    const record = join(folder, "process.json");
    return existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as ProcessIdentity) : undefined;
}

function aliveIn(folder: string): ProcessIdentity | undefined {
    const leader = recordedIn(folder);
    return leader && isAlive(leader) ? leader : undefined;
}

/**
 * The first process inside takes all others with it, and its parent then writes down how it ended. Before bwrap has said
 * which that is, it may be there already: then the whole group goes, or it would be left with nobody who knows it.
 */
function killAll(folder: string, leader: ProcessIdentity): void {
    send(statusField(folder, "child-pid") ?? -leader.pid, "SIGKILL");
}

/**
 * What the container's own process left behind, as when its first one ends in a pod: bwrap waits inside for the last of it,
 * with nobody outside who knows of it. The number may be another process's by now, so it must be bwrap's.
 */
function killInit(folder: string): void {
    const init = statusField(folder, "child-pid");
    if (init !== undefined && commandOf(init).startsWith("bwrap\0")) {
        send(init, "SIGKILL");
    }
}

function commandOf(pid: number): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch (error) {
        if (isGone(error)) {
            return "";
        }
        throw error;
    }
}

/** bwrap writes one JSON document a line. */
function statusField(folder: string, name: "child-pid" | "exit-code"): number | undefined {
    const file = join(folder, "status");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    return lines
        .filter((line) => line.endsWith("}"))
        .map((line) => (JSON.parse(line) as Record<string, number>)[name])
        .findLast((value) => value !== undefined);
}

function send(pid: number, name: NodeJS.Signals): void {
    try {
        if (pid !== 0) {
            process.kill(pid, name);
        }
    } catch (error) {
        if (!isGone(error)) {
            throw error;
        }
    }
}

/** The kernel's own list of children is not in every kernel. */
function childrenOf(parent: number): number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .filter((pid) => parentOf(pid) === parent)
        .map(Number);
}

function parentOf(pid: string): number | undefined {
    try {
        const line = readFileSync(`/proc/${pid}/stat`, "utf8");
        return Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[1]);
    } catch (error) {
        if (isGone(error)) {
            return undefined;
        }
        throw error;
    }
}
