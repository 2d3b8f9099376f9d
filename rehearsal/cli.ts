// The rehearsal's command line. `make` calls it; `npm run up -- --diff` and the like do too.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { runningProcesses, startControlPlane, stopControlPlane } from "./cluster/control-plane.ts";
import { peoplesAuthorityFile } from "./cluster/peoples-authority.ts";
import { askedContainers, Containers, containersOf } from "./containers.ts";
import { cancel, destroy, type EngineOptions, outputs, preview, refresh, type RunResult, up } from "./engine/engine.ts";
import { airflowDoor, forgetAirflowAuthority } from "./entrance/airflow-door.ts";
import { inventory, inventoryTable } from "./inventory.ts";
import { withoutSecrets } from "../components/secrecy/without-secrets.ts";
import { checkout, place } from "./place.ts";
import { providerFactories } from "./providers/index.ts";
import { setup } from "./setup.ts";
import { deploysInto, hasEntrance, stackFile } from "./stack-file.ts";

const usage = `usage: node rehearsal/cli.ts <command> [options]

  setup     build what the rehearsal needs
  up        start the cluster and bring the stack up to date
  preview   show what up would change
  refresh   bring the state to what is in the cluster, and change nothing there
  cancel    free the stack after a run that was killed
  outputs   print the stack's outputs
  status    print what runs
  stop      end the processes, keep the data
  down      delete the stack's resources, then end the processes

  --stack NAME         the stack, dev unless given
  --config-file FILE   its config, Pulumi.<stack>.yaml unless given
  --diff               show each changed property
  --json               print one JSON document instead of progress
  --show-secrets       with outputs: print secrets in plain text
  --parallel N         how many resources at once
  --refresh            with up, preview and down: refresh first
  --preview-only       with refresh: show what it would find, and record nothing
  --clear-pending-creates
                       with refresh: forget the creations that a run was killed in
  --expect-no-changes  with up, preview and refresh: end with an error if there are any
  --resume             with up and down: go on where a run was killed, which Pulumi does not

  AIRFLOW_LINKERD_CONTAINERS=simulated   report every container as running, and run none
  AIRFLOW_LINKERD_REHEARSAL=FOLDER       keep everything there instead of .rehearsal
`;

const { values, positionals } = parse();
const [command, ...surplus] = positionals;
const at = place();
const say = (line: string): void => void process.stderr.write(`${line}\n`);

function parse() {
    try {
        return parseArgs({
            allowPositionals: true,
            options: {
                stack: { type: "string", default: "dev" },
                "config-file": { type: "string" },
                diff: { type: "boolean", default: false },
                json: { type: "boolean", default: false },
                "show-secrets": { type: "boolean", default: false },
                parallel: { type: "string" },
                refresh: { type: "boolean", default: false },
                "preview-only": { type: "boolean", default: false },
                "clear-pending-creates": { type: "boolean", default: false },
                "expect-no-changes": { type: "boolean", default: false },
                resume: { type: "boolean", default: false },
                help: { type: "boolean", short: "h", default: false },
            },
        });
    } catch (error) {
        process.stderr.write(`${(error as Error).message}\n\n${usage}`);
        process.exit(2);
    }
}

/** One Ctrl-C finishes what runs and saves; a second one stops waiting for it. */
function interruptible(): Pick<EngineOptions, "stop" | "abort"> {
    const stop = new AbortController();
    const abort = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
            if (stop.signal.aborted) {
                abort.abort();
            } else {
                say("interrupted: finishing what runs and saving. Interrupt again to stop waiting.");
                stop.abort();
            }
        });
    }
    return { stop: stop.signal, abort: abort.signal };
}

/** The stack's own file, which need not be there. */
function stackSource(): string {
    return values["config-file"] ?? join(checkout, `Pulumi.${values.stack}.yaml`);
}

function setUp(containers: Containers): Promise<void> {
    return setup(at, say, { containers, entrance: hasEntrance(stackSource()) });
}

async function engineOptions(): Promise<EngineOptions> {
    const parallel = values.parallel === undefined ? undefined : Number(values.parallel);
    if (parallel !== undefined && !(Number.isInteger(parallel) && parallel > 0)) {
        throw new Error(`--parallel is "${String(values.parallel)}": give a whole number from 1`);
    }
    const source = stackSource();
    return {
        projectFolder: checkout,
        stack: values.stack,
        configFile: existsSync(source) ? await stackFile(at, source, goingOn()) : values["config-file"],
        stateFolder: at.state,
        binFolder: at.bin,
        providers: providerFactories,
        diff: values.diff,
        json: values.json,
        parallel,
        refresh: values.refresh,
        previewOnly: values["preview-only"],
        clearPendingCreates: values["clear-pending-creates"],
        resume: values.resume,
        ...interruptible(),
    };
}

async function showWhatRuns(): Promise<undefined> {
    process.stdout.write(`\n${inventoryTable(await inventory(at.kubeconfig))}\n\n`);
    const door = containersOf(at) === Containers.processes ? await airflowDoor(at) : undefined;
    if (door !== undefined) {
        const login = peoplesAuthorityFile(at);
        const authorities =
            door.authorityFile === undefined ? login : `${door.authorityFile} and, for the login, ${login}`;
        say(`Airflow: ${door.address}, where you log in with a click: as Ada Admin you may do everything`);
        say(`Have your browser trust ${authorities}: docs/rehearsal-network.md says how`);
    }
    say(`Look around: ${join(at.bin, "kubectl")} --kubeconfig ${at.kubeconfig} get pods -A`);
}

async function runUp(): Promise<RunResult> {
    const containers = askedContainers() ?? Containers.processes;
    await setUp(containers);
    await startControlPlane(at, say, containers);
    const result = await up(await engineOptions());
    if (result.ok && !values.json) {
        await showWhatRuns();
    }
    return result;
}

/** How containers come to be for a command that does not decide it anew. */
function goingOn(): Containers {
    return askedContainers() ?? containersOf(at);
}

/**
 * Fills in what a fresh checkout lacks. A cluster that was stopped stays so unless the plan asks what is there: else it is
 * made from the state. A stack whose cluster is elsewhere needs none here.
 */
async function runPreview(): Promise<RunResult> {
    if ((!existsSync(at.kubeconfig) || values.refresh) && deploysInto(at, stackSource())) {
        await setUp(goingOn());
        await startControlPlane(at, say, goingOn());
    }
    return preview(await engineOptions());
}

/** The state is brought to what runs, so a cluster that was stopped is started for it. */
async function runRefresh(): Promise<RunResult> {
    if (deploysInto(at, stackSource())) {
        await startControlPlane(at, say, goingOn());
    }
    return refresh(await engineOptions());
}

async function runCancel(): Promise<undefined> {
    const holder = await cancel({ stack: values.stack, stateFolder: at.state });
    say(
        holder === undefined
            ? `stack ${values.stack} is not locked`
            : `stack ${values.stack} is free again: it was locked by ${holder}`,
    );
}

/** Whether the stack's state file lists anything that a destroy would have to delete. */
function hasResources(): boolean {
    const file = join(at.state, `${values.stack}.json`);
    if (!existsSync(file)) {
        return false;
    }
    const { deployment } = JSON.parse(readFileSync(file, "utf8")) as {
        deployment: Record<string, unknown[] | undefined>;
    };
    return [deployment.resources, deployment.pending_operations].some((entries) => (entries ?? []).length > 0);
}

async function runDown(): Promise<RunResult | undefined> {
    if (hasResources()) {
        await startControlPlane(at, say, goingOn());
        const result = await destroy(await engineOptions());
        if (!result.ok) {
            say("The cluster keeps running, so that you can look. Run the same command again to go on.");
            return result;
        }
    }
    forgetAirflowAuthority(at);
    await runStop();
    return undefined;
}

async function runStop(): Promise<undefined> {
    const { stopped } = await stopControlPlane(at, say);
    say(stopped === 0 ? "nothing was running" : `ended ${String(stopped)} processes`);
}

async function runStatus(): Promise<undefined> {
    if ((await runningProcesses(at)).length === 0) {
        say("nothing runs here: `make up` starts it");
        return undefined;
    }
    return showWhatRuns();
}

async function printOutputs(): Promise<undefined> {
    const result = await outputs(
        { stack: values.stack, stateFolder: at.state },
        { showSecrets: values["show-secrets"] },
    );
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}

function hasChanges({ changes: { create, update, replace, delete: deleted } }: RunResult): boolean {
    return create + update + replace + deleted > 0;
}

const commands: Record<string, () => Promise<RunResult | undefined>> = {
    setup: () => setUp(goingOn()).then(() => undefined),
    up: runUp,
    preview: runPreview,
    refresh: runRefresh,
    cancel: runCancel,
    outputs: printOutputs,
    status: runStatus,
    stop: runStop,
    down: runDown,
};

const run = command === undefined || surplus.length > 0 ? undefined : commands[command];
if (values.help) {
    process.stdout.write(usage);
} else if (run === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
} else {
    try {
        const result = await run();
        const changed = values["expect-no-changes"] && result !== undefined && hasChanges(result);
        if (changed) {
            say("error: there are changes, and none were expected");
        }
        process.exitCode = result?.ok === false || changed ? 1 : 0;
    } catch (error) {
        // What people can mend is said in the message; the stack helps only those who debug the rehearsal.
        const { message, stack } = error as Error;
        say(`error: ${withoutSecrets(process.env.DEBUG === undefined ? message : String(stack))}`);
        process.exitCode = 1;
    }
}
