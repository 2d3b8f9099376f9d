import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";

import { jobOf, uses } from "./workflow.ts";

type Call = readonly [method: string, params: Readonly<Record<string, unknown>>];

/** What GitHub answers, by method, such as `issues.listForRepo`. */
export type Answers = Readonly<Record<string, unknown>>;

export interface Ran {
    /** What was asked of GitHub that changes something, in turn. */
    readonly changes: readonly Call[];
    readonly outputs: Readonly<Record<string, string>>;
    readonly failed: string | undefined;
}

const context = {
    repo: { owner: "acme", repo: "airflow" },
    sha: "c".repeat(40),
    runId: 7,
    serverUrl: "https://github.com",
    payload: { pull_request: { number: 5 } },
};

/** Runs the script of a job's only `actions/github-script` step against a GitHub that answers as told. */
export async function runScript(
    workflow: string,
    job: string,
    env: Readonly<Record<string, string>>,
    answers: Answers,
): Promise<Ran> {
    const [step, ...others] = uses(jobOf(workflow, job), "actions/github-script");
    if (step === undefined || others.length > 0) {
        throw new Error(`${workflow}.yml must have one script in ${job}`);
    }
    // As GitHub hands it over: a script finds only what the step names.
    const missing = Object.keys(env).filter((name) => step.env?.[name] === undefined);
    if (missing.length > 0) {
        throw new Error(`the step gives its script no ${missing.join(", ")}`);
    }
    const changes: Call[] = [];
    const outputs: Record<string, string> = {};
    let failed: string | undefined;
    const method = (name: string) => (params: Record<string, unknown>) => {
        if (!/\.list/.test(name)) {
            changes.push([name, params]);
            return Promise.resolve({ data: {} });
        }
        const answer = answers[name];
        if (answer === undefined) {
            throw new Error(`nobody said what GitHub answers to ${name}`);
        }
        return Promise.resolve({
            data: typeof answer === "function" ? (answer as (asked: unknown) => unknown)(params) : answer,
        });
    };
    const room = (name: string) => new Proxy({}, { get: (_target, key) => method(`${name}.${String(key)}`) });
    const github = {
        rest: new Proxy({}, { get: (_target, key) => room(String(key)) }),
        paginate: async (list: ReturnType<typeof method>, params: Record<string, unknown>) => (await list(params)).data,
    };
    const core = {
        info: () => undefined,
        setOutput: (name: string, value: string) => {
            outputs[name] = value;
        },
        setFailed: (message: string) => {
            failed = message;
        },
    };
    const script = runInThisContext(
        `(async (github, context, core, require, process) => {${String(step.with?.script)}\n})`,
    ) as (...given: unknown[]) => Promise<void>;
    await script(github, context, core, createRequire(import.meta.url), { env });
    return { changes, outputs, failed };
}
