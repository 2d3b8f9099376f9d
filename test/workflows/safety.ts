import { commands, type Job, type Step, uses, type Workflow } from "./workflow.ts";

const anyWrite = (permissions: Readonly<Record<string, string>>): boolean =>
    Object.entries(permissions).some(([scope, access]) => access === "write" && scope !== "id-token");

/** Why a workflow is not safe to run on what strangers write, or lets one job do more than it has to. */
export function problems({ on, permissions, jobs }: Workflow): string[] {
    return [
        ...(Object.hasOwn(on, "pull_request_target")
            ? ["on.pull_request_target: a stranger's code beside secrets"]
            : []),
        ...(permissions === undefined ? ["permissions: say what the token may do"] : []),
        ...(permissions !== undefined && Object.values(permissions).includes("write")
            ? ["permissions: what may write is for each job to say"]
            : []),
        ...Object.entries(jobs).flatMap(([name, job]) => [
            ...jobProblems(job, { ...permissions, ...job.permissions }).map((problem) => `${name}: ${problem}`),
            ...job.steps.flatMap(stepProblems).map((problem) => `${name}: ${problem}`),
        ]),
    ];
}

function jobProblems(job: Job, granted: Readonly<Record<string, string>>): string[] {
    const runsCode = uses(job, "actions/checkout").length > 0;
    const credentials = uses(job, "aws-actions/configure-aws-credentials");
    const install = job.steps.findIndex(({ run }) => /npm (ci|install)/.test(run ?? ""));
    return [
        ...(job["timeout-minutes"] === undefined ? ["no timeout-minutes"] : []),
        ...(runsCode && anyWrite(granted) ? ["runs a checkout's code beside a token that may write"] : []),
        ...(granted["id-token"] === "write" && credentials.length === 0 ? ["may be somebody, and is nobody"] : []),
        ...(credentials.length > 0 && install > job.steps.indexOf(credentials[0] as Step)
            ? ["installs packages beside credentials"]
            : []),
        ...(/pulumi (up|refresh|destroy)/.test(commands(job)) && job.environment === undefined
            ? ["reaches what is deployed in no environment, which nobody protects"]
            : []),
        ...(JSON.stringify(job).includes("secrets.")
            ? ["takes a secret: a role is for a time, and a variable is none"]
            : []),
    ];
}

function stepProblems({ uses: action, run, with: inputs }: Step): string[] {
    return [
        ...(action !== undefined && !/@[0-9a-f]{40}$/.test(action) ? [`${action} is pinned by no hash`] : []),
        ...[run, inputs?.script].flatMap((script) =>
            typeof script === "string" && script.includes("${{")
                ? ["an expression in a script, where text becomes commands"]
                : [],
        ),
        ...(action?.startsWith("actions/checkout@") && inputs?.["persist-credentials"] !== false
            ? ["the token stays in the checkout"]
            : []),
    ];
}
