import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { withMachineLock } from "../machine/machine-lock.ts";
import { cacheFolder } from "../place.ts";
import { go, GO_ENVIRONMENT, goWords, requireGo } from "./toolchain.ts";

const REPORT_SECONDS = 5;

export interface ModuleProgramArgs {
    /** What it is, for people, such as `control plane`. */
    readonly what: string;
    /** The folder with its sources and its go.mod. */
    readonly folder: string;
    /** The name of the file that is built. */
    readonly name: string;
    /** What the linker is told. Defaults to leaving out what only a debugger reads. */
    readonly linkerFlags?: string;
}

/** A program of ours in Go, with the libraries that its go.mod pins. */
export class ModuleProgram {
    readonly #what: string;
    readonly #folder: string;
    readonly #name: string;
    readonly #linkerFlags: string;

    constructor({ what, folder, name, linkerFlags = "-s -w" }: ModuleProgramArgs) {
        this.#what = what;
        this.#folder = folder;
        this.#name = name;
        this.#linkerFlags = linkerFlags;
    }

    /** The same for the same sources on the same kind of machine. */
    get hash(): string {
        const sources = readdirSync(this.#folder).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
        const hash = createHash("sha256");
        hash.update(JSON.stringify([process.platform, process.arch, this.#linkerFlags]));
        for (const name of sources.sort()) {
            hash.update(`\0${name}\0`).update(readFileSync(join(this.#folder, name)));
        }
        return hash.digest("hex").slice(0, 16);
    }

    /**
     * The path of the program, built unless the cache has it: several minutes on two cores when none of its libraries
     * have been compiled before. Another process that builds it at the same time is waited for.
     *
     * @throws when Go is missing or too old, and when modules cannot be downloaded.
     */
    async built(progress: (line: string) => void): Promise<string> {
        const folder = join(cacheFolder(), this.hash);
        const binary = join(folder, this.#name);
        if (existsSync(binary)) {
            return binary;
        }
        mkdirSync(folder, { recursive: true });
        const waiting = () => {
            progress(`${this.#what}: another run builds it, waiting`);
        };
        return withMachineLock(`build ${binary}`, waiting, async () => {
            if (!existsSync(binary)) {
                await requireGo(this.#what, this.#folder, pinned(this.#folder, /^go (\S+)$/m));
                // A compiler that outlived its killed caller may still be writing its own.
                const unfinished = `${binary}.${String(process.pid)}.unfinished`;
                await this.#build(unfinished, progress);
                renameSync(unfinished, binary);
            }
            return binary;
        });
    }

    async #build(target: string, progress: (line: string) => void): Promise<void> {
        progress(`${this.#what}: building it once from its Go modules; takes minutes when nothing is compiled yet`);
        const total = await this.#countPackages(progress);
        const since = performance.now();
        let compiled = 0;
        const others: string[] = [];
        const flags = ["-buildvcs=false", "-trimpath", "-ldflags", this.#linkerFlags];
        const child = spawn("go", ["build", "-v", ...flags, "-o", target, "."], {
            cwd: this.#folder,
            env: { ...process.env, ...GO_ENVIRONMENT },
            stdio: ["ignore", "inherit", "pipe"],
        });
        const report = setInterval(() => {
            progress(
                `${this.#what}: compiled ${String(compiled)} of at most ${String(total)} packages, ` +
                    `${String(Math.round((performance.now() - since) / 1000))} s`,
            );
        }, REPORT_SECONDS * 1000);
        try {
            // `-v` names each package that had to be compiled, on a line of its own; whatever else there is, is a problem.
            createInterface(child.stderr).on("line", (line) => {
                if (/^[\w./~-]+$/.test(line)) {
                    compiled++;
                } else if (!line.startsWith("go: downloading ")) {
                    others.push(line);
                }
            });
            const code = await new Promise<number | null>((resolve, reject) => {
                child.once("error", reject);
                child.once("close", resolve);
            });
            if (code !== 0) {
                rmSync(target, { force: true });
                throw new Error(`go build in ${this.#folder} failed:\n${others.slice(-20).join("\n")}`);
            }
        } finally {
            clearInterval(report);
        }
        progress(`${this.#what}: built in ${String(Math.round((performance.now() - since) / 1000))} s`);
    }

    /** Downloads the modules that are needed, too: listing packages has to read them. */
    async #countPackages(progress: (line: string) => void): Promise<number> {
        const since = performance.now();
        const report = setInterval(() => {
            const seconds = String(Math.round((performance.now() - since) / 1000));
            progress(`${this.#what}: downloading Go modules, ${seconds} s`);
        }, REPORT_SECONDS * 1000);
        try {
            return (await go(this.#folder, ["list", "-deps", "."])).trim().split("\n").length;
        } catch (error) {
            const proxy = await go(this.#folder, ["env", "GOPROXY"]);
            throw new Error(
                `the Go modules of the ${this.#what} cannot be had (GOPROXY is ${proxy.trim()}): ${goWords(error)}\n` +
                    "Check the network, or set GOPROXY to a mirror that can be reached, and run this again: what was downloaded is kept.",
                { cause: error },
            );
        } finally {
            clearInterval(report);
        }
    }
}

/** What a module's go.mod says, as the first group of `pattern`. */
export function pinned(folder: string, pattern: RegExp): string {
    const found = pattern.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
    if (found === undefined) {
        throw new Error(`${join(folder, "go.mod")} has no line like ${pattern.source}`);
    }
    return found;
}
