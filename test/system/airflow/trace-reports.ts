import { execFile } from "node:child_process";
import { basename, join } from "node:path";

import { checkout } from "../../../rehearsal/place.ts";
import { type Trace } from "../../../operations/trace/trace.ts";
import { type Stage } from "../stage.ts";

export interface TraceEnded {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/**
 * `npm run trace` on a stage, with its own stack file and kubeconfig, and where they are given with a token and with the
 * authority of Airflow's certificate.
 */
export function runTrace(
    stage: Stage,
    args: readonly string[],
    token?: string,
    authorityFile?: string,
): Promise<TraceEnded> {
    const file = join(stage.at.root, basename(stage.configFile));
    return command(["operations/trace/main.ts", ...args, "--config-file", file], {
        ...(token !== undefined && { AIRFLOW_CLI_TOKEN: token }),
        ...(authorityFile !== undefined && { NODE_EXTRA_CA_CERTS: authorityFile }),
    });
}

/** The same as data. */
export async function traced(stage: Stage, dag: string, run: string, token?: string): Promise<Trace> {
    const { code, stdout, stderr } = await runTrace(stage, [dag, run, "--json"], token);
    if (code !== 0) {
        throw new Error(stderr);
    }
    return JSON.parse(stdout) as Trace;
}

/** A persona's own token, as `npm run token` gives it. */
export async function tokenOf(stage: Stage, persona: string): Promise<string> {
    const { code, stdout, stderr } = await command(["rehearsal/token/main.ts", persona], {
        AIRFLOW_LINKERD_REHEARSAL: stage.at.root,
    });
    if (code !== 0) {
        throw new Error(stderr);
    }
    return stdout.trim();
}

function command([script = "", ...args]: readonly string[], more: Record<string, string>): Promise<TraceEnded> {
    const { AIRFLOW_CLI_TOKEN: _token, NODE_EXTRA_CA_CERTS: _authority, ...env } = process.env;
    const options = { cwd: checkout, env: { ...env, ...more } };
    return new Promise((resolve) => {
        execFile(process.execPath, [join(checkout, script), ...args], options, (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        });
    });
}
