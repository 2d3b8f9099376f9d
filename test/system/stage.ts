import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";

import { parseDocument } from "yaml";

import { EntranceKind } from "../../stacks/config/entrance/entrance-schema.ts";
import { stopControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers, CONTAINERS_VARIABLE } from "../../rehearsal/containers.ts";
import { type AirflowDoor, airflowDoor, comeBy } from "../../rehearsal/entrance/airflow-door.ts";
import { type Place, checkout, place } from "../../rehearsal/place.ts";

/** How one command of the rehearsal ended. */
export interface CommandResult {
    readonly exitCode: number | null;
    readonly signal: NodeJS.Signals | null;
    /** Both streams, in the order they came. */
    readonly output: string;
    readonly stdout: string;
}

export interface RunningCommand {
    readonly process: ChildProcess;
    readonly result: Promise<CommandResult>;
    /** Resolves when the output so far matches; fails when the command ends before it does. */
    says(pattern: RegExp): Promise<void>;
}

/** Takes what a run of the engine would print and drops it. */
export function unheard(): Writable {
    return new Writable({
        write: (_chunk, _encoding, done) => {
            done();
        },
    });
}

/** For `configure`: the dev stack's own entrance, as it is. */
export const withEntrance = { entrance: {} };

/**
 * A rehearsal of its own in a temporary folder, with a copy of the dev stack's config that points there. Its containers
 * are simulated, which is all that tests of objects need and takes half the time, unless a test asks for
 * processes. It has no entrance unless a test asks for it.
 */
export class Stage {
    public readonly at: Place;
    public readonly configFile: string;
    /** Where the commands of this stage put what is temporary, so that a test can see what they leave. */
    public readonly temporary: string;

    readonly #containers: Containers;

    constructor(containers: Containers = Containers.simulated) {
        this.#containers = containers;
        this.at = place(mkdtempSync(join(tmpdir(), "airflow-linkerd-stage-")));
        this.temporary = mkdtempSync(join(tmpdir(), "airflow-linkerd-temporary-"));
        this.configFile = join(this.at.root, "config", "Pulumi.dev.yaml");
        mkdirSync(dirname(this.configFile));
        this.configure({ cluster: { kubeconfig: this.at.kubeconfig } });
    }

    /** Writes the stack file: the dev stack's with these values set. A value of undefined takes the key out. */
    configure(settings: Record<string, Record<string, unknown> | readonly unknown[]>): void {
        const document = parseDocument(readFileSync(join(checkout, "Pulumi.dev.yaml"), "utf8"));
        const merged = { cluster: { kubeconfig: this.at.kubeconfig }, ...settings };
        if (settings.entrance === undefined) {
            document.setIn(["config", "airflow-linkerd:entrance"], { kind: EntranceKind.none });
        }
        for (const [section, entries] of Object.entries(merged)) {
            if (Array.isArray(entries)) {
                document.setIn(["config", `airflow-linkerd:${section}`], entries);
                continue;
            }
            for (const [key, value] of Object.entries(entries)) {
                const path = ["config", `airflow-linkerd:${section}`, key];
                if (value === undefined) {
                    document.deleteIn(path);
                } else {
                    document.setIn(path, value);
                }
            }
        }
        writeFileSync(this.configFile, document.toString());
    }

    start(command: string, args: readonly string[] = [], env: Record<string, string> = {}): RunningCommand {
        const child = spawn(
            process.execPath,
            [join(checkout, "rehearsal/cli.ts"), command, "--config-file", this.configFile, ...args],
            {
                cwd: checkout,
                env: {
                    ...process.env,
                    AIRFLOW_LINKERD_REHEARSAL: this.at.root,
                    [CONTAINERS_VARIABLE]: this.#containers,
                    TMPDIR: this.temporary,
                    ...env,
                },
            },
        );
        return watch(child);
    }

    async run(command: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<CommandResult> {
        return this.start(command, args, env).result;
    }

    /** Where people come to Airflow. From then on this process comes by it, and by the login behind it. */
    async door(): Promise<AirflowDoor> {
        const door = await airflowDoor(this.at);
        if (door === undefined) {
            throw new Error("the stage was not started");
        }
        comeBy(this.at, door);
        return door;
    }

    /** Runs a DAG of this stage from the command line, as people do. */
    dag(...args: string[]): Promise<CommandResult> {
        const env = { ...process.env, AIRFLOW_LINKERD_REHEARSAL: this.at.root };
        return watch(spawn(process.execPath, [join(checkout, "rehearsal/dag/main.ts"), ...args], { env })).result;
    }

    kubectl(...args: string[]): Promise<CommandResult> {
        return watch(spawn(join(this.at.bin, "kubectl"), ["--kubeconfig", this.at.kubeconfig, ...args])).result;
    }

    kubectlWith(input: string, ...args: string[]): Promise<CommandResult> {
        const child = spawn(join(this.at.bin, "kubectl"), ["--kubeconfig", this.at.kubeconfig, ...args]);
        child.stdin.end(input);
        return watch(child).result;
    }

    /** The objects of these kinds, in every namespace. */
    async objects<T>(kinds: string): Promise<T[]> {
        const { stdout, exitCode, output } = await this.kubectl("get", kinds, "-A", "-o", "json");
        if (exitCode !== 0) {
            throw new Error(`kubectl get ${kinds} failed:\n${output}`);
        }
        return (JSON.parse(stdout) as { items: T[] }).items;
    }

    /** Ends every process of this stage and removes its folders. */
    async close(): Promise<void> {
        await stopControlPlane(this.at, () => undefined);
        rmSync(this.at.root, { recursive: true });
        rmSync(this.temporary, { recursive: true });
    }
}

function watch(child: ChildProcess): RunningCommand {
    let output = "";
    let stdout = "";
    const listeners = new Set<() => void>();
    const hear = (text: string): void => {
        output += text;
        listeners.forEach((listener) => {
            listener();
        });
    };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        hear(text);
    });
    child.stderr?.setEncoding("utf8").on("data", hear);
    const result = new Promise<CommandResult>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exitCode, signal) => {
            resolve({ exitCode, signal, output, stdout });
        });
    });
    const says = (pattern: RegExp): Promise<void> =>
        new Promise((resolve, reject) => {
            const look = (): void => {
                if (pattern.test(output)) {
                    listeners.delete(look);
                    resolve();
                }
            };
            listeners.add(look);
            look();
            result.then(() => {
                reject(new Error(`ended without saying ${String(pattern)}:\n${output}`));
            }, reject);
        });
    return { process: child, result, says };
}
