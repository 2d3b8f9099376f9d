import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { chartFile, charts, gatewayApi } from "../../components/charts.ts";
import { type Deployment } from "../../rehearsal/engine/deployment.ts";
import { type Display } from "../../rehearsal/engine/display.ts";
import { Monitor } from "../../rehearsal/engine/monitor.ts";
import { runProgram } from "../../rehearsal/engine/program.ts";
import { readProject } from "../../rehearsal/engine/project.ts";
import { type PropertyMap, Secret, UNKNOWN } from "../../rehearsal/engine/property.ts";
import { type Goal } from "../../rehearsal/engine/registration.ts";
import { urnOf } from "../../rehearsal/engine/urn.ts";
import { checkout } from "../../rehearsal/place.ts";
import { madeUpOutputs } from "../made-up.ts";

/** One resource as the program registered it. */
export interface Recorded extends Goal {
    readonly urn: string;
}

export interface Recording {
    /** In the order of registration. */
    readonly resources: readonly Recorded[];
    readonly outputs: PropertyMap;
}

const kubeconfig = {
    "current-context": "rehearsal",
    contexts: [{ name: "rehearsal", context: { cluster: "rehearsal", user: "admin" } }],
    clusters: [{ name: "rehearsal", cluster: { server: "https://127.0.0.1:6443" } }],
};

const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "tlsroutes.gateway.networking.k8s.io" },
    spec: { group: "gateway.networking.k8s.io" },
};

/** The program ended badly: what it had registered by then, and what it said. */
export class ProgramFailure extends Error {
    readonly resources: readonly Recorded[];

    constructor(messages: readonly string[], resources: readonly Recorded[]) {
        super(`the program did not end well:\n${messages.join("\n")}`);
        this.resources = resources;
    }
}

/**
 * Runs the program of a stack with Pulumi's own runtime and writes down what it registers. Nothing is deployed: every
 * resource is answered at once, in a preview with unknowns. `config` stands in for sections of the stack's file, those in
 * `secretKeys` with something encrypted in them.
 */
export async function record(
    stack: string,
    {
        preview,
        config = {},
        secretKeys = [],
    }: { preview: boolean; config?: Record<string, unknown>; secretKeys?: readonly string[] },
): Promise<Recording> {
    const noPassphrase = () =>
        Promise.reject(new Error(`Pulumi.${stack}.yaml has a passphrase: a recorded stack may not.`));
    const project = await readProject(checkout, stack, undefined, noPassphrase, (key) => `<secret in ${key}>`);
    const changed = Object.fromEntries(
        Object.entries({ charts: chartsOf(project.config), ...config }).map(([key, section]) => {
            const text = JSON.stringify(section);
            return [`${project.name}:${key}`, secretKeys.includes(key) ? new Secret(text) : text];
        }),
    );
    const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-record-"));
    const resources: Recorded[] = [];
    const messages: string[] = [];
    let outputs: PropertyMap = {};

    const recorder: Pick<
        Deployment,
        "project" | "stack" | "register" | "read" | "registerOutputs" | "invoke" | "fail"
    > = {
        project: project.name,
        stack,
        register: async (what, readGoal) => {
            const goal = readGoal();
            const urn = urnOf({ ...what, stack, project: project.name });
            resources.push({ ...goal, urn });
            return { ...what, urn, ...answer(goal, preview) };
        },
        registerOutputs: (urn, given) => {
            if (urn.includes("pulumi:pulumi:Stack")) {
                outputs = given;
            }
        },
        read: () => Promise.reject(new Error("the program reads a resource: the recorder has none")),
        invoke: (token) => Promise.reject(new Error(`the program calls ${token}: the recorder has no answer`)),
        fail: (_urn, error) => void messages.push(String(error)),
    };
    const display: Pick<Display, "log"> = { log: (_severity, message) => void messages.push(message) };

    const monitor = new Monitor(recorder as unknown as Deployment, display as unknown as Display, preview);
    try {
        await prepare(folder, {
            ".rehearsal/kubeconfig": JSON.stringify(kubeconfig),
            [`rehearsal/charts/${gatewayApi.file}`]: JSON.stringify(definition),
            ...Object.fromEntries(Object.values(charts).map((chart) => [`rehearsal/charts/${chartFile(chart)}`, ""])),
        });
        const run = runProgram(
            {
                ...project,
                program: { folder, entry: join(checkout, "index.ts") },
                config: { ...project.config, ...changed },
            },
            {
                stack,
                address: await monitor.start(),
                preview,
                parallel: 16,
                print: (line) => void messages.push(line),
            },
        );
        const { ok } = await run.ended;
        if (!ok) {
            throw new ProgramFailure(messages, resources);
        }
        return { resources, outputs };
    } finally {
        monitor.stop();
        await rm(folder, { recursive: true });
    }
}

/** A stack that takes charts from their repositories has Gateway API's definitions here, where there is no network. */
function chartsOf(config: PropertyMap): Record<string, unknown> {
    const given = JSON.parse(String(config["airflow-linkerd:charts"] ?? "{}")) as Record<string, unknown>;
    return given.mirror === undefined ? { gatewayApi: `rehearsal/charts/${gatewayApi.file}`, ...given } : given;
}

function answer(goal: Goal, preview: boolean) {
    const id = !goal.custom ? undefined : preview ? undefined : `<id of ${goal.name}>`;
    const outputs: PropertyMap = { ...goal.inputs };
    for (const [output, madeUp] of Object.entries(madeUpOutputs(goal.type, goal.name))) {
        const value = preview ? UNKNOWN : madeUp;
        outputs[output] = goal.additionalSecretOutputs.includes(output) ? new Secret(value) : value;
    }
    return { id, outputs, custom: goal.custom, inputs: goal.inputs };
}

async function prepare(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
        const file = join(folder, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
    }
}
