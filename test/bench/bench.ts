// Measures what the README promises, on this machine: `npm run bench`. Numbers are medians where a run is short.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runningProcesses, startControlPlane } from "../../rehearsal/cluster/control-plane.ts";
import { Containers } from "../../rehearsal/containers.ts";
import { type EngineOptions, preview, up } from "../../rehearsal/engine/engine.ts";
import { providerFactories } from "../../rehearsal/providers/index.ts";
import { checkout } from "../../rehearsal/place.ts";
import { setup } from "../../rehearsal/setup.ts";
import { stackFile } from "../../rehearsal/stack-file.ts";
import { Stage, unheard, withEntrance } from "../system/stage.ts";
import { policyCosts } from "./policies.ts";
import { hundredTeams, teamCosts } from "./teams.ts";

const programRuns = 5;
/** Of stacks with many teams, which take their time. */
const teamRuns = 3;

interface Row {
    readonly what: string;
    readonly measured: string;
    readonly reach: string;
}

const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

async function timed<Result>(work: () => Promise<Result>): Promise<{ ms: number; result: Result }> {
    const began = performance.now();
    const result = await work();
    return { ms: performance.now() - began, result };
}

interface Cost {
    readonly ms: number;
    readonly bytes: number;
    readonly resources: number;
}

/** From the program's start to its last registration, and the peak memory of its process. */
async function programCost(options: EngineOptions, count = programRuns): Promise<Cost> {
    const folder = mkdtempSync(join(tmpdir(), "airflow-linkerd-bench-"));
    process.env.PEAK_MEMORY = join(folder, "peak");
    process.env.NODE_OPTIONS = `--import ${join(import.meta.dirname, "peak-memory.ts")}`;
    try {
        const runs = [];
        for (let run = 0; run < count; run += 1) {
            const { ok, programMs, changes } = await preview({ ...options, output: unheard() });
            if (!ok) {
                throw new Error(`the preview of ${options.projectFolder} failed: run it by itself to see why`);
            }
            const { create, update, same } = changes;
            const bytes = Number(readFileSync(join(folder, "peak"), "utf8"));
            runs.push({ ms: programMs, bytes, resources: create + update + same });
        }
        return {
            ms: median(runs.map(({ ms }) => ms)),
            bytes: median(runs.map(({ bytes }) => bytes)),
            resources: median(runs.map(({ resources }) => resources)),
        };
    } finally {
        delete process.env.PEAK_MEMORY;
        delete process.env.NODE_OPTIONS;
        rmSync(folder, { recursive: true });
    }
}

/** What the program of each stack costs, and how that compares with one that registers nothing. */
async function programRows(options: EngineOptions, stage: Stage, empty: Cost): Promise<Row[]> {
    const example = await stackFile(stage.at, join(checkout, "Pulumi.prod.example.yaml"));
    const stacks: EngineOptions[] = [options, { ...options, stack: "prod.example", configFile: example }];
    const rows: Row[] = [];
    for (const each of stacks) {
        const { ms, bytes } = await programCost(each);
        const ratio = (value: number, of: number) => `${(value / of).toFixed(2)} times`;
        rows.push(
            { what: `program of ${each.stack}`, measured: `${seconds(ms)}, ${megabytes(bytes)}`, reach: "-" },
            { what: `start of ${each.stack}, against empty`, measured: ratio(ms, empty.ms), reach: "1.5 times" },
            { what: `memory of ${each.stack}, against empty`, measured: ratio(bytes, empty.bytes), reach: "-" },
        );
    }
    return rows;
}

function residentBytes(pid: number): number {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
}

async function measure(stage: Stage): Promise<Row[]> {
    progress("building what is not built yet");
    await setup(stage.at, progress, { containers: Containers.processes, entrance: true });
    progress("starting the control plane");
    const start = await timed(() => startControlPlane(stage.at, progress, Containers.processes));
    const options: EngineOptions = {
        projectFolder: checkout,
        stack: "dev",
        configFile: await stackFile(stage.at, stage.configFile),
        stateFolder: stage.at.state,
        binFolder: stage.at.bin,
        providers: providerFactories,
        output: unheard(),
    };
    progress("first up");
    const first = await timed(() => up(options));
    progress("second up");
    // As the command does, which looks at what runs before it asks the program.
    const second = await timed(async () => {
        await startControlPlane(stage.at, progress, Containers.processes);
        return up(options);
    });
    if (!first.result.ok || !second.result.ok) {
        throw new Error("an up failed: run `make up` to see why");
    }
    const { same, ...changes } = second.result.changes;
    const changed = Object.values(changes).reduce((sum, count) => sum + count, 0);
    progress("program start");
    const empty = await programCost({
        ...options,
        projectFolder: join(import.meta.dirname, "empty"),
        configFile: undefined,
    });
    const programs = await programRows(options, stage, empty);
    progress("many teams");
    const teams = await teamCosts(stage, async () => {
        const configFile = await stackFile(stage.at, stage.configFile);
        return programCost({ ...options, configFile }, teamRuns);
    });
    progress("up with a hundred teams");
    const hundred = await hundredTeams();
    const processes = await runningProcesses(stage.at);
    return [
        { what: "control plane, start to ready", measured: seconds(start.ms), reach: "-" },
        { what: "first up, everything built", measured: seconds(start.ms + first.ms), reach: "90 s" },
        { what: "second up", measured: seconds(second.ms), reach: "15 s" },
        {
            what: "second up, resources changed",
            measured: `${String(changed)} of ${String(changed + same)}`,
            reach: "0",
        },
        { what: "empty program", measured: `${seconds(empty.ms)}, ${megabytes(empty.bytes)}`, reach: "-" },
        ...programs,
        ...teams,
        hundred,
        ...policyCosts().map((row) => ({ ...row, reach: "-" })),
        ...processes.map(({ name, pid }) => ({
            what: `memory of ${name}`,
            measured: megabytes(residentBytes(pid)),
            reach: "-",
        })),
    ];
}

const stage = new Stage(Containers.processes);
stage.configure(withEntrance);
try {
    const rows = await measure(stage);
    const width = Math.max(...rows.map(({ what }) => what.length));
    for (const { what, measured, reach } of [{ what: "", measured: "MEASURED", reach: "REACH" }, ...rows]) {
        console.log(`${what.padEnd(width)}  ${measured.padEnd(18)}  ${reach}`);
    }
} finally {
    await stage.close();
}
