import { execFile } from "node:child_process";
import { basename, join } from "node:path";

import { checkout } from "../../../rehearsal/place.ts";
import { type Trace } from "../../../operations/trace/trace.ts";
import { type Stage } from "../stage.ts";
import { type Person } from "./person.ts";

export interface TraceEnded {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** `npm run trace` on a stage, with its own stack file and kubeconfig, and with a token where one is given. */
export function runTrace(stage: Stage, args: readonly string[], token?: string): Promise<TraceEnded> {
    const file = join(stage.at.root, basename(stage.configFile));
    const { AIRFLOW_CLI_TOKEN: _ambient, ...env } = process.env;
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            [join(checkout, "operations/trace/main.ts"), ...args, "--config-file", file],
            { cwd: checkout, env: { ...env, ...(token !== undefined && { AIRFLOW_CLI_TOKEN: token }) } },
            (error, stdout, stderr) => {
                resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
            },
        );
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

/** A token as Airflow's pages give one to a person. */
export async function tokenOf({ session }: Person): Promise<string> {
    const { status, body } = await session.ask("POST", "/ui/auth/token", { token_type: "cli" });
    if (status !== 200) {
        throw new Error(`Airflow gave no token: HTTP ${String(status)}`);
    }
    return (body as { access_token: string }).access_token;
}
