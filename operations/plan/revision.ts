import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const lock = "package-lock.json";

/**
 * Does something with the files of another revision, in a folder of its own that goes afterwards. Packages are those of the
 * checkout where both want the same; else npm installs the revision's own, without running any script of theirs.
 *
 * @throws where there is no such revision.
 */
export async function withRevision<Result>(
    checkout: string,
    ref: string,
    use: (folder: string) => Promise<Result>,
): Promise<Result> {
    const commit = await commitOf(checkout, ref);
    const parent = await mkdtemp(join(tmpdir(), "airflow-linkerd-plan-"));
    const folder = join(parent, "base");
    try {
        await run("git", ["-C", checkout, "worktree", "add", "--detach", "--quiet", folder, commit]);
        await bringPackages(checkout, folder);
        return await use(folder);
    } finally {
        await rm(parent, { recursive: true, force: true });
        await run("git", ["-C", checkout, "worktree", "prune"]);
    }
}

async function commitOf(checkout: string, ref: string): Promise<string> {
    try {
        const { stdout } = await run("git", ["-C", checkout, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
        return stdout.trim();
    } catch {
        throw new Error(
            `--base is ${JSON.stringify(ref)}, which is no revision here: fetch it first, with all of its history in CI ` +
                `(fetch-depth: 0), or name another`,
        );
    }
}

async function bringPackages(checkout: string, folder: string): Promise<void> {
    const [ours, theirs] = [checkout, folder].map((each) => readFileSync(join(each, lock), "utf8"));
    if (ours === theirs && existsSync(join(checkout, "node_modules"))) {
        symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
        return;
    }
    await run("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], { cwd: folder });
}
