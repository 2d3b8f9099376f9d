import { type ChildProcess, spawn } from "node:child_process";

import { identify, isAlive, type ProcessIdentity } from "../../../../machine/process-identity.ts";

/**
 * A process that does nothing: as long as it lives, so does the network that it was started in. It runs as root of a
 * user namespace of its own, which every user may make, so that networks can be set up without being root.
 */
export type NetworkHolder = ProcessIdentity;

/** Arguments that put a command into the network (and the user namespace) of a holder. */
export function inside(holder: NetworkHolder): string[] {
    return ["nsenter", `--target=${String(holder.pid)}`, "--user", "--net", "--preserve-credentials", "--"];
}

/** Starts a holder by `command`, which has to end in becoming one, and waits until it has its own network. */
export async function hold(command: readonly string[], environment: NodeJS.ProcessEnv): Promise<NetworkHolder> {
    const [program = "", ...args] = [...command, "sh", "-c", "echo; exec sleep infinity"];
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: environment });
    const said = await firstOutput(child, command);
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (said !== "\n" || identity === undefined) {
        throw new Error(`${command.join(" ")}: ${said.trim()}`);
    }
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
    return identity;
}

export function end(holder: NetworkHolder): void {
    if (isAlive(holder)) {
        process.kill(holder.pid, "SIGKILL");
    }
}

/** Runs `ip` with one command a line, in a holder's network. */
export async function configure(holder: NetworkHolder, lines: readonly string[]): Promise<void> {
    await run(holder, ["ip", "-batch", "-"], `${lines.join("\n")}\n`);
}

/** Runs a command in a holder's network, and gives what it says. Rejects with that when it fails. */
export function run(holder: NetworkHolder, command: readonly string[], input = ""): Promise<string> {
    const [program = "", ...args] = [...inside(holder), ...command];
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
        let said = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => (said += text));
        }
        child.once("error", reject);
        child.once("close", (code) => {
            if (code === 0) {
                resolve(said);
            } else {
                const name = command[0] ?? "";
                reject(new Error(`a network could not be set up (${name} ended with ${String(code)}): ${said.trim()}`));
            }
        });
        // One that ends early says why itself.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
    });
}

function firstOutput(child: ChildProcess, command: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
        child.once("error", (error) => {
            reject(new Error(`${command[0]} could not be started`, { cause: error }));
        });
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding("utf8").once("data", resolve);
        }
        child.once("close", (code) => {
            resolve(`ended with ${String(code)} before it had a network`);
        });
    });
}
