import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Writable } from "node:stream";

import { type Passphrase, passphrase } from "./values/cipher.ts";
import { Deployment } from "./steps/deployment.ts";
import { Display } from "./display.ts";
import { EngineError } from "./engine-error.ts";
import { Closed, Gate } from "./program/gate.ts";
import { Journal } from "./state/journal.ts";
import { breakLock, lock } from "./state/lock.ts";
import { Monitor } from "./program/monitor.ts";
import { type Run } from "./steps/operations.ts";
import { type Project, readProject } from "./program/project.ts";
import { runProgram } from "./program/program.ts";
import { type PropertyMap } from "./values/property.ts";
import { type ProviderFactory, type ProviderHost } from "./plugins/provider.ts";
import { ProviderPool } from "./plugins/provider-pool.ts";
import { refresh as refreshState } from "./steps/refresh.ts";
import { masked, plainMap } from "./values/secrecy.ts";
import { type PendingOperation, StateFile } from "./state/state.ts";
import { projectOf, STACK_TYPE } from "./values/urn.ts";

export interface EngineOptions {
    /** Where `Pulumi.yaml` is. */
    readonly projectFolder: string;
    readonly stack: string;
    /** Holds one state file per stack, their locks, and the generated key file. */
    readonly stateFolder: string;
    /** Default: `Pulumi.<stack>.yaml` in the project folder. */
    readonly configFile?: string;
    /** Where `kubectl` and `helm` are. */
    readonly binFolder: string;
    /** By package. */
    readonly providers: Readonly<Record<string, ProviderFactory>>;
    readonly diff?: boolean;
    readonly json?: boolean;
    /** Whether the state is brought to what is there before anything else. With `refresh` that is all. */
    readonly refresh?: boolean;
    /** With `refresh`: says what it finds, and records none of it. */
    readonly previewOnly?: boolean;
    /** With `refresh`: forgets the creations that earlier runs were killed in. */
    readonly clearPendingCreates?: boolean;
    /** Whether to go on where a run was killed, its lock and its pending operations included. Pulumi does not. */
    readonly resume?: boolean;
    /** How many steps run at once. Default: four per processor, as in Pulumi. */
    readonly parallel?: number;
    readonly output?: Writable & { isTTY?: boolean; columns?: number; rows?: number };
    /** Aborted to begin nothing new, finish what runs and save. */
    readonly stop?: AbortSignal;
    /** Aborted to give up what runs, too. */
    readonly abort?: AbortSignal;
}

export interface RunResult {
    readonly ok: boolean;
    readonly changes: Readonly<Record<"create" | "update" | "replace" | "delete" | "read" | "same", number>>;
    /** The stack's outputs, each secret as `[secret]`. */
    readonly outputs: Record<string, unknown>;
    readonly durationMs: number;
    /** From the program's start to its end. */
    readonly programMs: number;
}

/** What a preview puts in the place of a secret that it cannot decrypt. */
export const UNDECRYPTED = "[encrypted elsewhere]";

export const up = (options: EngineOptions): Promise<RunResult> => run(options, "up");
export const preview = (options: EngineOptions): Promise<RunResult> => run(options, "preview");
export const destroy = (options: EngineOptions): Promise<RunResult> => run(options, "destroy");
export const refresh = (options: EngineOptions): Promise<RunResult> => run({ ...options, refresh: true }, "refresh");

/** Frees a stack whose run was killed. Returns who held it; undefined when nobody did. */
export function cancel({ stateFolder, stack }: Pick<EngineOptions, "stack" | "stateFolder">) {
    return breakLock(lockFile(stateFolder, stack), stack);
}

/** The stack's outputs as of its last `up`. */
export async function outputs(
    options: Pick<EngineOptions, "stack" | "stateFolder">,
    { showSecrets }: { showSecrets: boolean },
): Promise<Record<string, unknown>> {
    const root = await recordedRoot(options.stateFolder, options.stack);
    if (root === undefined) {
        throw new EngineError(`There is no stack ${options.stack} in ${options.stateFolder}: run \`up\` first`);
    }
    return (showSecrets ? plainMap : masked)(root.outputs) as Record<string, unknown>;
}

interface RecordedRoot {
    /** Undefined in a stack of which nothing was registered yet. */
    readonly project: string | undefined;
    readonly outputs: PropertyMap;
}

async function recordedRoot(stateFolder: string, stack: string): Promise<RecordedRoot | undefined> {
    const last = await StateFile.read(join(stateFolder, `${stack}.json`), () => passphrase(stateFolder));
    const root = last?.resources.find(({ type }) => type === STACK_TYPE);
    return last && { project: root && projectOf(root.urn), outputs: root?.outputs ?? {} };
}

const lockFile = (stateFolder: string, stack: string): string => join(stateFolder, `${stack}.lock.json`);

async function run(options: EngineOptions, mode: "up" | "preview" | "destroy" | "refresh"): Promise<RunResult> {
    const { stateFolder, stack, parallel = 4 * availableParallelism(), resume = false } = options;
    const began = performance.now();
    const dry = mode === "preview" || (mode === "refresh" && options.previewOnly === true);
    const display = new Display({
        output: options.output ?? process.stdout,
        preview: dry,
        diff: options.diff ?? false,
        json: options.json ?? false,
    });
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    // A preview changes nothing, so it takes no lock, as Pulumi's does not.
    const unlock = dry
        ? () => Promise.resolve()
        : await lock({
              file: lockFile(stateFolder, stack),
              stack,
              takeOver: resume,
              notice: (text) => display.print(text),
          });
    const gate = new Gate(parallel, options.stop);
    const scratchFolder = await mkdtemp(join(stateFolder, `${stack}.scratch-`));
    try {
        if (!dry) {
            await clearLeftovers(stateFolder, stack, scratchFolder);
        }
        const secretBy = (): Promise<Passphrase> => passphrase(stateFolder);
        const standIn = (key: string): string => {
            display.log("warning", `${key} holds a secret that cannot be decrypted here: it is shown without it`, "");
            return UNDECRYPTED;
        };
        const project = await readProject(
            options.projectFolder,
            stack,
            options.configFile,
            secretBy,
            dry ? standIn : undefined,
        );
        display.conceal(project.config);
        const file = join(stateFolder, `${stack}.json`);
        const last = await StateFile.read(file, secretBy);
        const state = dry
            ? undefined
            : (last?.state ?? (await StateFile.create(file, await secretBy(), project.encryptionSalt)));
        const before = last ?? { resources: [], pending: [] };
        const journal = new Journal(before, resume, async (snapshot) => state?.save(snapshot));
        const { projectFolder, binFolder } = options;
        const stackOutputs = (name: string) => outputsForOthers(stateFolder, name);
        const host: ProviderHost = { projectFolder, scratchFolder, binFolder, stackOutputs };
        const pool = new ProviderPool(options.providers, host, (urn) => journal.find(urn));
        const abort = options.abort ?? new AbortController().signal;
        const shared: Run = { preview: dry, journal, pool, gate, display, abort };
        const deployment = new Deployment(stack, project.name, shared, (name) => configOf(project, name));
        if (options.refresh === true) {
            if (options.clearPendingCreates === true) {
                journal.clearCreations();
            }
            const fail = (urn: string, error: unknown): void => deployment.fail(urn, error);
            await refreshState(shared, { countSame: mode === "refresh", fail });
        } else if (before.pending.length > 0 && !dry && !resume) {
            display.log("warning", pendingMessage(before.pending), "");
        }
        const goesOn = (): boolean => mode !== "refresh" && !gate.closed;
        const programMs = mode !== "destroy" && goesOn() ? await runToEnd(project, deployment, shared, parallel) : 0;
        if (goesOn()) {
            await deployment.deleteUnwanted();
        }
        if (goesOn()) {
            deployment.recordOutputs();
            for (const urn of journal.abandon()) {
                const what = "a run that was killed may have made it, and it is no longer wanted: look for it by hand";
                display.log("warning", what, urn);
            }
        }
        await journal.save();
        const ok = !gate.closed;
        const given =
            mode === "refresh" ? (journal.find(deployment.rootUrn)?.outputs ?? {}) : (deployment.stackOutputs ?? {});
        const durationMs = performance.now() - began;
        const again = `\nNot finished. What is done is recorded: run \`${mode}\` again to go on from there.`;
        display.end(ok ? given : undefined, durationMs, ok || dry ? undefined : again);
        const { create = 0, update = 0, replace = 0, discard = 0, read = 0, same = 0 } = display.counts;
        const { refresh: changed = 0, "refresh-gone": gone = 0 } = mode === "refresh" ? display.counts : {};
        const deleted = (display.counts.delete ?? 0) + discard + gone;
        const changes = { create, update: update + changed, replace, delete: deleted, read, same };
        return { ok, changes, outputs: masked(given) as Record<string, unknown>, durationMs, programMs };
    } finally {
        await rm(scratchFolder, { recursive: true, force: true });
        await unlock();
    }
}

/** Runs the program until it has ended and all that it asked for is settled. */
async function runToEnd(project: Project, deployment: Deployment, shared: Run, parallel: number): Promise<number> {
    const { gate, display, preview: dry } = shared;
    const monitor = new Monitor(deployment, display, dry);
    const root = deployment.rootUrn;
    const began = performance.now();
    const address = await monitor.start();
    const print = (line: string): void => display.log("info", line, root);
    const program = runProgram(project, { stack: deployment.stack, address, preview: dry, parallel, print });
    try {
        const end = (): void => void deployment.quiet().then(() => program.end());
        gate.closing.addEventListener("abort", end);
        if (gate.closed) {
            end();
        }
        const { ok, message } = await program.ended;
        if (!ok && !gate.closed) {
            deployment.fail(root, message === undefined ? new Closed() : new EngineError(message));
        }
        await deployment.quiet();
    } finally {
        monitor.stop();
    }
    return performance.now() - began;
}

function pendingMessage(pending: readonly PendingOperation[]): string {
    const lines = pending.map(({ type, resource }) => `  ${resource.urn}, interrupted while ${type}`);
    return [
        `an earlier run was killed in ${pending.length} operations, and what came of them is not known:`,
        ...lines,
        "See docs/interrupted-runs.md: `refresh` looks at what is there, and `refresh --clear-pending-creates` forgets the " +
            "creations as well. Or run the same again with --resume, which goes on from there.",
    ].join("\n");
}

/** What a killed run leaves: half-written state, and files that may hold secrets. */
async function clearLeftovers(stateFolder: string, stack: string, own: string): Promise<void> {
    for (const name of await readdir(stateFolder)) {
        const temporary = name.startsWith(`${stack}.json.`) && /\.\d+$/.test(name);
        const left = temporary || name.startsWith(`${stack}.scratch-`);
        if (left && join(stateFolder, name) !== own) {
            await rm(join(stateFolder, name), { recursive: true, force: true });
        }
    }
}

/** What a default provider gets: the stack's config in the package's namespace. */
function configOf({ config }: Project, packageName: string): PropertyMap {
    const own = Object.entries(config).filter(([key]) => key.startsWith(`${packageName}:`));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(packageName.length + 1), value]));
}

async function outputsForOthers(stateFolder: string, stack: string): ReturnType<ProviderHost["stackOutputs"]> {
    const root = await recordedRoot(stateFolder, stack);
    if (root === undefined) {
        return undefined;
    }
    const open = plainMap(root.outputs);
    const secret = (name: string): boolean =>
        JSON.stringify(open[name]) !== JSON.stringify(masked(root.outputs[name] ?? null));
    return { project: root.project, outputs: open, secretNames: Object.keys(open).filter(secret) };
}
