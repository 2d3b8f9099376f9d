import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { withMachineLock } from "../cluster/machine-lock.ts";
import { cacheFolder } from "../place.ts";
import { findPython } from "./python.ts";

export interface AirflowInstallation {
    /** The folder that has `airflow` and `python`. */
    readonly bin: string;
    readonly version: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const installerLock = join(here, "requirements-installer.txt");

/**
 * Airflow from PyPI, exactly as `requirements-<version>.txt` pins it, in an environment of its own that every checkout
 * of this user shares. Installed when it is not there yet.
 */
export async function airflowInstallation(
    version: string,
    progress: (line: string) => void,
): Promise<AirflowInstallation> {
    const requirements = join(here, `requirements-${version}.txt`);
    if (!existsSync(requirements)) {
        throw new Error(
            `airflow.version is "${version}": the rehearsal has no lock file for it. ` +
                `Write one with rehearsal/airflow/lock.py, or choose a version that has one there.`,
        );
    }
    const python = await findPython();
    const content = createHash("sha256")
        .update(await readFile(requirements))
        .digest("hex")
        .slice(0, 12);
    // Environments hold their own path, so one is built where it stays, and `complete` says that it is whole.
    const folder = join(cacheFolder(), "airflow", `${version}-python${python.version}-${content}`);
    const complete = join(folder, "complete");
    const installation = { bin: join(folder, "bin"), version };
    if (existsSync(complete)) {
        return installation;
    }

    await mkdir(dirname(folder), { recursive: true });
    const waiting = () => {
        progress(`waiting for another installation of Airflow ${version}`);
    };
    await withMachineLock(`install ${folder}`, waiting, async () => {
        if (existsSync(complete)) {
            return;
        }
        await rm(folder, { recursive: true, force: true });
        progress(`installing Airflow ${version} from PyPI, with Python ${python.version}`);
        await run(python.path, ["-m", "venv", folder], progress);
        const inside = join(folder, "bin", "python");
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"];
        await run(inside, [...pip, "--requirement", installerLock], progress);
        const uv = ["pip", "install", "--python", inside, "--require-hashes", "--no-deps", "--compile-bytecode"];
        await run(join(folder, "bin", "uv"), [...uv, "--quiet", "--requirement", requirements], progress);
        await writeFile(complete, "");
    });
    return installation;
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
