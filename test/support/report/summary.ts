import { type Timed } from "./slowest.ts";

/** What one runner counted, by its own account. */
export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

/** A test that failed, or what is done once before or after several. */
export interface Failed {
    /** With the titles of the suites that it is in. */
    readonly title: string;
    /** From the project's root. */
    readonly file: string;
    /** The beginning of what the error says, in one line. */
    readonly error: string;
}

/** What one runner leaves behind. */
export interface Report {
    readonly counts: Counts;
    readonly failed: readonly Failed[];
    readonly slowest: readonly Timed[];
}

export interface RunnerResult {
    readonly runner: string;
    /** Undefined when the runner ended without saying what it ran. */
    readonly counts: Counts | undefined;
    readonly failed: readonly Failed[];
    readonly slowest: readonly Timed[];
    readonly exitCode: number;
}

/** The reasons why a run as a whole has failed, in words, each failed test among them; empty when it passed. */
export function reasonsForFailure(results: readonly RunnerResult[]): string[] {
    return results.flatMap(({ runner, counts, failed, exitCode }) => {
        if (counts === undefined) {
            return [`${runner} ended with exit code ${String(exitCode)} before it could count its tests`];
        }
        if (counts.passed + counts.failed === 0) {
            return [`${runner} ran no test`];
        }
        if (counts.failed > 0) {
            return [
                `${runner}: ${String(counts.failed)} failed`,
                ...failed.map(({ title, file, error }) => `${title} (${file}): ${error}`),
            ];
        }
        return exitCode === 0 ? [] : [`${runner} passed its tests but ended with exit code ${String(exitCode)}`];
    });
}

/** The closing line that any CI can read. */
export function closingLine(results: readonly RunnerResult[]): string {
    const sum = (pick: (counts: Counts) => number): number =>
        results.reduce((total, { counts }) => total + (counts === undefined ? 0 : pick(counts)), 0);
    const skipped = sum((counts) => counts.skipped);
    const line = `${String(sum((counts) => counts.passed))} passed, ${String(sum((counts) => counts.failed))} failed`;
    return skipped === 0 ? line : `${line}, ${String(skipped)} skipped`;
}
