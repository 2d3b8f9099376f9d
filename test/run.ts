// The whole test run: checks that need no test runner first, then each runner, then one line that counts them all.
// `node test/run.ts [unit|scan|rehearsal|airflow]…` runs only the named runners; `--grep` and other mocha flags follow `--`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { airflowTestNeeds, provide, scanNeeds } from "../rehearsal/debian-packages.ts";
import { checkout } from "../rehearsal/place.ts";
import { type Counts, type RunnerResult, closingLine, reasonsForFailure } from "./report/summary.ts";

interface Runner {
    readonly name: string;
    readonly answers: string;
    readonly mocha: readonly string[];
    /** Brings what its tests need and the rehearsal itself does not. */
    readonly prepare?: () => Promise<void>;
}

const realAirflow = [
    "test/login/**/*.test.ts",
    "test/installation/**/*.test.ts",
    "test/database/**/*.test.ts",
    "test/rehearsal/airflow-*.test.ts",
];
const scanner = ["test/scan/checkov.test.ts"];
const ignored = (patterns: readonly string[]) => patterns.flatMap((pattern) => ["--ignore", pattern]);

const runners: readonly Runner[] = [
    {
        name: "unit",
        answers: "arithmetic, documents, components, the engine and the plan",
        mocha: [...ignored(["test/rehearsal/**", ...realAirflow, ...scanner]), "test/**/*.test.ts"],
    },
    {
        name: "scan",
        answers: "what a scanner that others run finds in the stacks",
        mocha: ["--timeout", "300000", ...scanner],
        prepare: () => provide("the scan", scanNeeds, console.log),
    },
    {
        name: "rehearsal",
        answers: "a real control plane",
        mocha: ["--timeout", "300000", ...ignored(realAirflow), "test/rehearsal/**/*.test.ts"],
    },
    {
        name: "airflow",
        answers: "real Airflow, PostgreSQL, an OIDC provider and a browser",
        mocha: ["--timeout", "300000", ...realAirflow],
        prepare: () => provide("the tests with real Airflow", airflowTestNeeds, console.log),
    },
];

const bin = (tool: string): string => join(checkout, "node_modules", ".bin", tool);

function run(command: string, args: readonly string[]): number {
    const { status, error } = spawnSync(command, args, { cwd: checkout, stdio: "inherit" });
    if (error !== undefined) {
        throw error;
    }
    return status ?? 1;
}

async function runMocha(runner: Runner, flags: readonly string[]): Promise<RunnerResult> {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-counts-"));
    const countsFile = join(folder, "counts.json");
    try {
        console.log(`\n${runner.name}: ${runner.answers}`);
        await runner.prepare?.();
        const reporter = ["--reporter", "test/report/reporter.ts", "--reporter-option", `counts=${countsFile}`];
        const exitCode = run(bin("mocha"), [...reporter, ...runner.mocha, ...flags]);
        return { runner: runner.name, counts: readCounts(countsFile), exitCode };
    } catch (error) {
        // The other runners still have something to say.
        console.error((error as Error).message);
        return { runner: runner.name, counts: undefined, exitCode: 1 };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function readCounts(file: string): Counts | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8")) as Counts;
    } catch (error) {
        // Absent when mocha could not even load the tests; that is a reason for failure of its own.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

const separator = process.argv.indexOf("--");
const own = process.argv.slice(2, separator === -1 ? undefined : separator);
const flags = separator === -1 ? [] : process.argv.slice(separator + 1);
const { positionals } = parseArgs({ args: own, allowPositionals: true });
const unknown = positionals.filter((name) => !runners.some((runner) => runner.name === name));
if (unknown.length > 0) {
    console.error(`"${unknown.join(", ")}" is no runner: name ${runners.map((runner) => runner.name).join(" or ")}`);
    process.exit(2);
}

const chosen = runners.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const lint = positionals.length === 0 ? run("npm", ["run", "--silent", "lint"]) : 0;
const results: RunnerResult[] = [];
for (const runner of chosen) {
    results.push(await runMocha(runner, flags));
}
const reasons = [...(lint === 0 ? [] : ["lint found problems"]), ...reasonsForFailure(results)];
for (const reason of reasons) {
    console.error(`failed: ${reason}`);
}
console.log(closingLine(results));
process.exitCode = reasons.length === 0 ? 0 : 1;
