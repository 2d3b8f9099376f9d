import { execFileSync } from "node:child_process";

import { checkout } from "../../../rehearsal/place.ts";
import { Reach } from "./reach.ts";

/** The files that differ from where this branch left `since`, those that Git does not know yet among them. */
export function changedSince(since: string): string[] {
    return [...git("diff", "--name-only", "--no-renames", whereLeft(since)), ...unknownToGit()];
}

function whereLeft(since: string): string {
    try {
        return git("merge-base", since, "HEAD").join();
    } catch (error) {
        throw new Error(`Git finds no common history with "${since}": fetch it, or name another commit with --since`, {
            cause: error,
        });
    }
}

/** Those of all the project's tests that such changes can reach. */
export function testsReachedBy(changed: readonly string[]): string[] {
    const gone = new Set(git("ls-files", "--deleted"));
    const files = [...git("ls-files"), ...unknownToGit()].filter((file) => !gone.has(file));
    const tests = files.filter((file) => /^test\/.*\.test\.ts$/.test(file));
    return new Reach(checkout, files).tests(tests, changed);
}

function unknownToGit(): string[] {
    return git("ls-files", "--others", "--exclude-standard");
}

function git(...args: string[]): string[] {
    const text = execFileSync("git", args, { cwd: checkout, encoding: "utf8" });
    return text.split("\n").filter((line) => line !== "");
}
