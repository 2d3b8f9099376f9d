import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { checkout } from "../../rehearsal/place.ts";

export interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
    readonly steps: readonly Step[];
    readonly if?: string;
    readonly needs?: string | readonly string[];
    readonly environment?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly "timeout-minutes"?: number;
}

export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(checkout, ".github/workflows");

/** Such as `deploy`, for `deploy.yml`. */
export const workflowNames: readonly string[] = readdirSync(folder).map((file) => file.replace(/\.yml$/, ""));

export function workflowFile(name: string): string {
    return join(folder, `${name}.yml`);
}

export function workflow(name: string): Workflow {
    return parse(readFileSync(workflowFile(name), "utf8")) as Workflow;
}

export function jobOf(name: string, job: string): Job {
    const found = workflow(name).jobs[job];
    if (found === undefined) {
        throw new Error(`${name}.yml has no job ${job}`);
    }
    return found;
}

/** The steps that use an action, by its name without the commit. */
export function uses({ steps }: Job, action: string): Step[] {
    return steps.filter((step) => step.uses?.startsWith(`${action}@`));
}

/** What a job's steps run, as one text. */
export function commands({ steps }: Job): string {
    return steps.map(({ run }) => run ?? "").join("\n");
}
