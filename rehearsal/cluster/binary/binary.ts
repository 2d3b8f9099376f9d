import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { cacheFolder } from "../../place.ts";
import { withMachineLock } from "../../machine/machine-lock.ts";

const MODULE = dirname(fileURLToPath(import.meta.url));
const REPORT_SECONDS = 5;

// cgo would ask for a C compiler; a workspace file above the checkout would change the pinned versions.
const ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off" };

/**
 * The control plane's binary, built unless the cache has it: several minutes on two cores when none of its libraries
 * have been compiled before. Another process that builds it at the same time is waited for.
 *
 * @throws when Go is missing or too old, and when modules cannot be downloaded.
 */
export async function clusterBinary(progress: (line: string) => void): Promise<string> {
    const folder = join(cacheFolder(), moduleHash());
    const binary = join(folder, "rehearsal-cluster");
    if (existsSync(binary)) {
        return binary;
    }
    mkdirSync(folder, { recursive: true });
    const waiting = () => {
        progress("control plane: another run builds it, waiting");
    };
    return withMachineLock(`build ${binary}`, waiting, async () => {
        if (!existsSync(binary)) {
            await requireGo();
            // A compiler that outlived its killed caller may still be writing its own.
            const unfinished = `${binary}.${String(process.pid)}.unfinished`;
            await build(unfinished, progress);
            renameSync(unfinished, binary);
        }
        return binary;
    });
}

/** The same for the same sources on the same kind of machine. */
export function moduleHash(folder = MODULE): string {
    const sources = readdirSync(folder).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
    const hash = createHash("sha256").update(JSON.stringify([process.platform, process.arch, linkerFlags(folder)]));
    for (const name of sources.sort()) {
        hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
    }
    return hash.digest("hex").slice(0, 16);
}

/** What is wrong with the Go that answered `version`, or undefined. `words` is what it said when it failed. */
export function goProblem(version: string | undefined, required: string, words: string): string | undefined {
    const wayOut = `install Go ${required} or newer (go.dev/doc/install) and run this again`;
    if (version === undefined) {
        return `the control plane is built from Go modules, and no usable Go is on the PATH (${words}): ${wayOut}`;
    }
    const parts = (text: string) =>
        (/(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? []).slice(1).map((part) => Number(part ?? 0));
    const [have, need] = [parts(version), parts(required)];
    const different = need.findIndex((part, index) => part !== (have[index] ?? 0));
    if (different >= 0 && (have[different] ?? 0) < (need[different] ?? 0)) {
        return `the control plane needs Go ${required}, and the one on the PATH is ${version}: ${wayOut}`;
    }
    return undefined;
}

async function requireGo(): Promise<void> {
    const required = fromModFile(/^go (\S+)$/m);
    const answer = await go(["env", "GOVERSION"]).then(
        (text) => ({ version: text.trim(), words: "" }),
        (error: unknown) => ({ version: undefined, words: wordsOf(error) }),
    );
    const problem = goProblem(answer.version, required, answer.words);
    if (problem !== undefined) {
        throw new Error(problem);
    }
}

async function build(target: string, progress: (line: string) => void): Promise<void> {
    progress("control plane: building it once from its Go modules; takes minutes when nothing is compiled yet");
    const total = await countPackages(progress);
    const since = performance.now();
    let compiled = 0;
    const others: string[] = [];
    const flags = ["-buildvcs=false", "-trimpath", "-ldflags", linkerFlags(MODULE)];
    const child = spawn("go", ["build", "-v", ...flags, "-o", target, "."], {
        cwd: MODULE,
        env: { ...process.env, ...ENVIRONMENT },
        stdio: ["ignore", "inherit", "pipe"],
    });
    const report = setInterval(() => {
        progress(
            `control plane: compiled ${String(compiled)} of at most ${String(total)} packages, ` +
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
            throw new Error(`go build in ${MODULE} failed:\n${others.slice(-20).join("\n")}`);
        }
    } finally {
        clearInterval(report);
    }
    progress(`control plane: built in ${String(Math.round((performance.now() - since) / 1000))} s`);
}

/** Downloads the modules that are needed, too: listing packages has to read them. */
async function countPackages(progress: (line: string) => void): Promise<number> {
    const since = performance.now();
    const report = setInterval(() => {
        const seconds = String(Math.round((performance.now() - since) / 1000));
        progress(`control plane: downloading Go modules, ${seconds} s`);
    }, REPORT_SECONDS * 1000);
    try {
        return (await go(["list", "-deps", "."])).trim().split("\n").length;
    } catch (error) {
        const proxy = await go(["env", "GOPROXY"]);
        throw new Error(
            `the control plane's Go modules cannot be had (GOPROXY is ${proxy.trim()}): ${wordsOf(error)}\n` +
                "Check the network, or set GOPROXY to a mirror that can be reached, and run this again: what was downloaded is kept.",
            { cause: error },
        );
    } finally {
        clearInterval(report);
    }
}

/** Without the version, kubectl and charts that ask for a Kubernetes version would see v0.0.0. */
function linkerFlags(folder: string): string {
    const version = fromModFile(/k8s\.io\/kubernetes (v\S+)/, folder);
    const [major, minor] = version.slice(1).split(".");
    const set = (name: string, value = "") => `-X k8s.io/component-base/version.${name}=${value}`;
    return ["-s -w", set("gitVersion", version), set("gitMajor", major), set("gitMinor", minor)].join(" ");
}

function fromModFile(pattern: RegExp, folder = MODULE): string {
    const found = pattern.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
    if (found === undefined) {
        throw new Error(`${join(folder, "go.mod")} has no line like ${pattern.source}`);
    }
    return found;
}

async function go(args: string[]): Promise<string> {
    const options = { cwd: MODULE, env: { ...process.env, ...ENVIRONMENT }, maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)("go", args, options)).stdout;
}

/** The last that Go said about a failure: before it there are only downloads. */
function wordsOf(error: unknown): string {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("go: downloading "));
    return lines.at(-1) ?? message;
}
