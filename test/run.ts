// The whole test run: checks that need no test runner, then each runner, then one line that counts them all. Two go side by
// side, since much of a test with a cluster is waiting; what they say comes in order.
// `node test/run.ts [unit|scan|rehearsal|airflow]…` runs only the named runners; `--grep` and other mocha flags follow `--`.
// `--changed` runs only the tests that what differs from `main` can reach, `--changed --since <commit>` from elsewhere.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { parseArgs } from "node:util";

import limitOf from "p-limit";

import { provide } from "../rehearsal/debian-packages.ts";
import { checkout } from "../rehearsal/place.ts";
import { changedSince, testsReachedBy } from "./support/changes/changed.ts";
import { airflowTestNeeds, scanNeeds } from "./support/needs.ts";
import { slowest, slowestLines } from "./support/report/slowest.ts";
import { type Report, type RunnerResult, closingLine, reasonsForFailure } from "./support/report/summary.ts";
import { type Turn, Turns } from "./support/report/turns.ts";

interface Runner {
    readonly name: string;
    readonly answers: string;
    readonly tests: readonly string[];
    /** Of these tests, those of other runners. */
    readonly except?: readonly string[];
    readonly mocha?: readonly string[];
    /** Brings what its tests need and the rehearsal itself does not. */
    readonly prepare?: (progress: (line: string) => void) => Promise<void>;
}

const realAirflow = [
    "test/system/airflow/*.test.ts",
    "test/system/login/*.test.ts",
    "test/system/installation/*.test.ts",
    "test/system/database/*.test.ts",
    "test/system/entrance/*.test.ts",
];
const scanner = ["test/scan/checkov.test.ts"];
const slow = ["--timeout", "300000"];

// The longest first, so that none is left to end alone.
const runners: readonly Runner[] = [
    {
        name: "airflow",
        answers: "real Airflow, PostgreSQL, an OIDC provider and a browser",
        tests: realAirflow,
        mocha: slow,
        prepare: (progress) => provide("the tests with real Airflow", airflowTestNeeds, progress),
    },
    {
        name: "rehearsal",
        answers: "a real control plane",
        tests: ["test/system/*.test.ts", "test/system/attacks/*.test.ts"],
        mocha: slow,
    },
    {
        name: "unit",
        answers: "arithmetic, documents, components, the engine and the plan",
        tests: ["test/**/*.test.ts"],
        except: ["test/system/**", ...scanner],
    },
    {
        name: "scan",
        answers: "what a scanner that others run finds in the stacks",
        tests: scanner,
        mocha: slow,
        prepare: (progress) => provide("the scan", scanNeeds, progress),
    },
];

// Its output goes through a pipe, where it would take itself to be read by nobody.
const colours = process.stdout.isTTY ? ["--color"] : [];
const bin = (tool: string): string => join(checkout, "node_modules", ".bin", tool);

function run(command: string, args: readonly string[], turn: Turn): Promise<number> {
    const child = spawn(command, args, { cwd: checkout, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", turn.say);
    }
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
            resolve(code ?? 1);
        });
    });
}

async function runMocha(runner: Runner, flags: readonly string[], turn: Turn): Promise<RunnerResult> {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-counts-"));
    const reportFile = join(folder, "report.json");
    try {
        turn.say(`\n${runner.name}: ${runner.answers}\n`);
        await runner.prepare?.((line) => {
            turn.say(`${line}\n`);
        });
        const reporter = ["--reporter", "test/support/report/reporter.ts", "--reporter-option", `report=${reportFile}`];
        const exitCode = await run(
            bin("mocha"),
            [...reporter, ...colours, ...(runner.mocha ?? []), ...testsOf(runner), ...flags],
            turn,
        );
        return { runner: runner.name, ...readReport(reportFile), exitCode };
    } catch (error) {
        // The other runners still have something to say.
        turn.say(`${(error as Error).message}\n`);
        return { runner: runner.name, counts: undefined, failed: [], slowest: [], exitCode: 1 };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function testsOf({ tests, except = [] }: Runner): string[] {
    return reached === undefined
        ? [...except.flatMap((pattern) => ["--ignore", pattern]), ...tests]
        : reached.filter((file) => matches(file, tests) && !matches(file, except));
}

const matches = (file: string, patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesGlob(file, pattern));

function readReport(file: string): Pick<RunnerResult, "counts" | "failed" | "slowest"> {
    try {
        return JSON.parse(readFileSync(file, "utf8")) as Report;
    } catch (error) {
        // Absent when mocha could not even load the tests; that is a reason for failure of its own.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return { counts: undefined, failed: [], slowest: [] };
        }
        throw error;
    }
}

const separator = process.argv.indexOf("--");
const own = process.argv.slice(2, separator === -1 ? undefined : separator);
const flags = separator === -1 ? [] : process.argv.slice(separator + 1);
const { positionals, values } = parseArgs({
    args: own,
    allowPositionals: true,
    options: { changed: { type: "boolean", default: false }, since: { type: "string", default: "main" } },
});
const unknown = positionals.filter((name) => !runners.some((runner) => runner.name === name));
if (unknown.length > 0) {
    console.error(`"${unknown.join(", ")}" is no runner: name ${runners.map((runner) => runner.name).join(" or ")}`);
    process.exit(2);
}

/** The only tests to run; undefined for all. */
const reached = values.changed ? testsReachedBy(changedSince(values.since)) : undefined;
const chosen = runners.filter(
    (runner) =>
        (positionals.length === 0 || positionals.includes(runner.name)) &&
        (reached === undefined || testsOf(runner).length > 0),
);
if (reached !== undefined) {
    const names = chosen.map((runner) => `${runner.name} ${String(testsOf(runner).length)}`).join(", ");
    console.log(`what differs from ${values.since} can reach these files of tests: ${names === "" ? "none" : names}`);
}
const turns = new Turns((text) => process.stdout.write(text));
const limit = limitOf(2);
const inTurn = <Result>(work: (turn: Turn) => Promise<Result>): Promise<Result> => {
    const turn = turns.next();
    return limit(() => work(turn).finally(turn.end));
};
// An interrupt reaches the runners by itself, and each takes down what it put up.
process.on("SIGINT", () => undefined);
const linting = positionals.length === 0 ? inTurn((turn) => run("npm", ["run", "--silent", "lint"], turn)) : 0;
const results = await Promise.all(chosen.map((runner) => inTurn((turn) => runMocha(runner, flags, turn))));
const lint = await linting;
const reasons = [...(lint === 0 ? [] : ["lint found problems"]), ...reasonsForFailure(results)];
const slowestTen = slowest(
    results.flatMap((result) => result.slowest),
    10,
);
if (slowestTen.length > 0) {
    console.log(["\nthe slowest, with what is made once for several tests:", ...slowestLines(slowestTen)].join("\n  "));
}
// By the same stream as all before it: another one would be ahead of what is still on its way through a pipe.
for (const reason of reasons) {
    console.log(`failed: ${reason}`);
}
console.log(closingLine(results));
process.exitCode = reasons.length === 0 ? 0 : 1;
