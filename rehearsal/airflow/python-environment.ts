import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { withMachineLock } from "../machine/machine-lock.ts";
import { cacheFolder } from "../place.ts";
import { findPython } from "./python.ts";

export interface PythonEnvironmentArgs {
    /** What is installed, for people, such as `Airflow 3.3.2`. */
    readonly what: string;
    /** Where in the cache folder, such as `airflow/3.3.2`. What Python and which lock file it is of is added. */
    readonly folder: string;
    /** The lock file, written by lock.py. */
    readonly requirements: string;
    readonly progress: (line: string) => void;
}

const installerLock = join(dirname(fileURLToPath(import.meta.url)), "requirements-installer.txt");

/**
 * What a lock file pins, from PyPI, in an environment of its own that every checkout of this user shares. Installed when
 * it is not there yet. Gives the folder that has its programs.
 */
export async function pythonEnvironment({
    what,
    folder: place,
    requirements,
    progress,
}: PythonEnvironmentArgs): Promise<string> {
    const python = await findPython();
    const content = createHash("sha256")
        .update(await readFile(requirements))
        .digest("hex")
        .slice(0, 12);
    // Environments hold their own path, so one is built where it stays, and `complete` says that it is whole.
    const folder = join(cacheFolder(), `${place}-python${python.version}-${content}`);
    const complete = join(folder, "complete");
    const bin = join(folder, "bin");
    if (existsSync(complete)) {
        return bin;
    }

    await mkdir(dirname(folder), { recursive: true });
    const waiting = () => {
        progress(`waiting for another installation of ${what}`);
    };
    await withMachineLock(`install ${folder}`, waiting, async () => {
        if (existsSync(complete)) {
            return;
        }
        await rm(folder, { recursive: true, force: true });
        progress(`installing ${what} from PyPI, with Python ${python.version}`);
        await run(python.path, ["-m", "venv", folder], progress);
        const inside = join(bin, "python");
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"];
        await run(inside, [...pip, "--requirement", installerLock], progress);
        const uv = ["pip", "install", "--python", inside, "--require-hashes", "--no-deps", "--compile-bytecode"];
        await run(join(bin, "uv"), [...uv, "--quiet", "--requirement", requirements], progress);
        await writeFile(complete, "");
    });
    return bin;
}

function run(command: string, args: readonly string[], progress: (line: string) => void): Promise<void> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
        const said: string[] = [];
        for (const stream of [child.stdout, child.stderr]) {
            createInterface({ input: stream }).on("line", (line) => {
                said.push(line);
                progress(line);
            });
        }
        child.once("error", reject);
        child.once("close", (code, signal) => {
            if (code === 0) {
                resolve();
                return;
            }
            const ended = `ended with ${code === null ? signal : `exit code ${code}`}`;
            reject(new Error(`${command} ${args.join(" ")} ${ended}:\n${said.slice(-20).join("\n")}`));
        });
    });
}
