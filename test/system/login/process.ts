import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A process of a test, with its output in a file. */
export class TestProcess {
    readonly #child: ChildProcess;
    readonly #log: string;
    readonly #ended: Promise<void>;

    constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv, log: string) {
        const output = openSync(log, "a");
        // In a group of its own, because servers have workers; and ended by the kernel when the run is interrupted.
        this.#child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args], {
            env,
            stdio: ["ignore", output, output],
            detached: true,
        });
        closeSync(output);
        this.#log = log;
        this.#ended = new Promise((resolve, reject) => {
            this.#child.once("exit", () => resolve());
            this.#child.once("error", reject);
        });
    }

    /** Waits for a condition, and fails with the end of the log when the process ends before. */
    async until(what: string, holds: () => Promise<boolean>): Promise<void> {
        while (!(await holds())) {
            if (!this.#runs()) {
                throw new Error(`The process ended before ${what}:\n${this.tail()}`);
            }
            await delay(100);
        }
    }

    async succeeded(): Promise<void> {
        await this.#ended;
        if (this.#child.exitCode !== 0) {
            throw new Error(`Exit code ${this.#child.exitCode ?? this.#child.signalCode}:\n${this.tail()}`);
        }
    }

    /** Asks the whole group to end, or the one process of it that ends the others. */
    async stop(target = this.#group(), signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
        // A server that does not listen would keep the whole run from ending.
        const impatient = setTimeout(this.#kill, 30_000);
        try {
            if (this.#runs()) {
                process.kill(target, signal);
            }
            await this.#ended;
        } finally {
            clearTimeout(impatient);
        }
    }

    #runs(): boolean {
        return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
    }

    #group(): number {
        return -(this.#child.pid as number);
    }

    readonly #kill = (): void => {
        if (this.#runs()) {
            process.kill(this.#group(), "SIGKILL");
        }
    };

    tail(): string {
        return readFileSync(this.#log, "utf8").split("\n").slice(-40).join("\n");
    }
}

/** A port on 127.0.0.1 that nobody uses at this moment. */
export async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}
