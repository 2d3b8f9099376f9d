import assert from "node:assert/strict";

import { type V1Job } from "@kubernetes/client-node";

import { eventually } from "../bare-cluster.ts";
import { type Stage } from "../stage.ts";

/** How a Job ended, and what its first container wrote. */
export interface EndedJob {
    readonly succeeded: boolean;
    readonly output: string;
}

export async function jobOf(stage: Stage, name: string): Promise<V1Job | undefined> {
    return (await stage.objects<V1Job>("jobs")).find(({ metadata }) => metadata?.name === name);
}

/** Waits for a Job in Airflow's namespace to end. The test's own timeout is the limit. */
export async function endedJob(stage: Stage, name: string): Promise<EndedJob> {
    console.log(`      waiting for the Job ${name}`);
    const { spec, status } = await eventually(async () => {
        const found = await jobOf(stage, name);
        const ended = found?.status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed");
        return ended ? found : undefined;
    });
    const container = spec?.template.spec?.containers[0]?.name ?? "";
    const { output } = await stage.kubectl("logs", "-n", "airflow", `job/${name}`, "-c", container);
    return { succeeded: status?.succeeded === 1, output };
}

/** Runs a script in a pod like the migration's, whose image has Airflow's command line, and gives what it wrote. */
export async function runInAirflow(stage: Stage, name: string, script: string): Promise<string> {
    const migration = (await stage.objects<V1Job>("jobs")).find(
        ({ metadata }) => metadata?.labels?.component === "run-airflow-migrations",
    );
    const template = migration?.spec?.template;
    const container = template?.spec?.containers[0];
    assert.ok(template?.spec && container);
    await create(stage, {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name, namespace: "airflow" },
        spec: {
            backoffLimit: 0,
            template: {
                // Its labels too, by which the network policies let it to the database; not those by which its own Job
                // knows it.
                metadata: {
                    annotations: template.metadata?.annotations,
                    labels: partLabels(template.metadata?.labels),
                },
                spec: { ...template.spec, containers: [{ ...container, args: ["bash", "-c", script] }] },
            },
        },
    });
    const { succeeded, output } = await endedJob(stage, name);
    assert.ok(succeeded, output);
    return output;
}

/** The labels that say which part of Airflow a pod is. */
function partLabels({ tier, component, release }: Readonly<Record<string, string>> = {}): Record<string, string> {
    assert.ok(tier && component && release);
    return { tier, component, release };
}

export async function create(stage: Stage, object: object, ...flags: string[]): Promise<void> {
    const { exitCode, output } = await stage.kubectlWith(JSON.stringify(object), "create", "-f", "-", ...flags);
    assert.equal(exitCode, 0, output);
}
