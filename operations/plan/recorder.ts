import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { anySecret } from "../stack/stack-config.ts";
import { parsedPlan, type Plan } from "./changes.ts";

const run = promisify(execFile);

export interface Recorded {
    /** The folder of the program. */
    readonly root: string;
    /** The name that it is recorded under, which is in every URN. */
    readonly stack: string;
    readonly stackFile: string;
}

/**
 * What a program wants of a stack, as the recorder of the checkout writes it down. The recorder is a program of its own: it
 * stands in for Pulumi's engine, which nothing here knows. What it runs gets no credentials, so that the program of a
 * stranger's pull request finds none.
 */
export async function recordedPlan(checkout: string, { root, stack, stackFile }: Recorded): Promise<Plan> {
    const recorder = join(checkout, "rehearsal/recording/main.ts");
    const options = { root, stack, "config-file": stackFile, "secrets-are": anySecret };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    try {
        const { stdout } = await run(process.execPath, [recorder, ...args], {
            env: Object.fromEntries(passedOn.flatMap((name) => entry(name, process.env[name]))),
            maxBuffer: 256 * 1024 * 1024,
        });
        return parsedPlan(stdout);
    } catch (error) {
        const { stderr, message } = error as { stderr?: string; message: string };
        const said = stderr === undefined || stderr === "" ? message : stderr.replace(/^error: /, "").trim();
        throw new Error(`${stackFile}: ${said}`);
    }
}

/** All that the program needs of its surroundings. */
const passedOn = ["PATH", "HOME", "TMPDIR", "LANG"];

const entry = (name: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[name, value]];
