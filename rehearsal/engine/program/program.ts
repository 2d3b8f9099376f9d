import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type Project } from "./project.ts";
import { Secret } from "../values/property.ts";
import { plainMap } from "../values/secrecy.ts";

/** The exit code by which Pulumi's Node.js runtime says that it has already shown the error. */
const ALREADY_SHOWN = 32;

export interface ProgramRun {
    /** Resolves when the program has ended: with what to say about it, or nothing if there is nothing to add. */
    readonly ended: Promise<{ readonly ok: boolean; readonly message: string | undefined }>;
    /** Ends it, for when a failed step has made the rest of it pointless. */
    end(): void;
}

export interface ProgramOptions {
    readonly stack: string;
    /** Where the monitor and the engine answer. */
    readonly address: string;
    readonly preview: boolean;
    readonly parallel: number;
    /** Takes each line that the program prints. */
    print(line: string): void;
}

/** Starts the program exactly as Pulumi's language host does. */
export function runProgram(project: Project, options: ProgramOptions): ProgramRun {
    const runtime = createRequire(join(project.folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    const { folder, entry } = project.program;
    const secretKeys = Object.keys(project.config).filter((key) => project.config[key] instanceof Secret);
    const child: ChildProcess = spawn(
        process.execPath,
        [
            ...project.nodeArguments,
            runtime,
            `--monitor=${options.address}`,
            `--engine=${options.address}`,
            "--organization=organization",
            `--project=${project.name}`,
            `--root-directory=${project.folder}`,
            `--stack=${options.stack}`,
            `--pwd=${folder}`,
            ...(options.preview ? ["--dry-run"] : []),
            `--parallel=${options.parallel}`,
            entry,
        ],
        {
            cwd: folder,
            // Its own process group: an interrupt from the terminal is for the engine, which ends the program in order.
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
            env: {
                ...process.env,
                PULUMI_CONFIG: JSON.stringify(plainMap(project.config)),
                PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
                PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
            },
        },
    );
    for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) {
            createInterface({ input: stream }).on("line", (line) => options.print(line));
        }
    }
    const ended = new Promise<{ ok: boolean; message: string | undefined }>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => {
            const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
            const silent = code === 0 || code === ALREADY_SHOWN;
            resolve({ ok: code === 0, message: silent ? undefined : `the program ended ${how}` });
        });
    });
    return { ended, end: () => void child.kill("SIGTERM") };
}
