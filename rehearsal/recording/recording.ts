import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { isScalar, parseDocument, visit } from "yaml";

import { chartFile, charts, envoyGatewayDefinitions, gatewayApi } from "../../components/charts.ts";
import { Cipher } from "../engine/values/cipher.ts";
import { type Deployment } from "../engine/steps/deployment.ts";
import { type Display } from "../engine/display.ts";
import { Monitor } from "../engine/program/monitor.ts";
import { runProgram } from "../engine/program/program.ts";
import { readProject } from "../engine/program/project.ts";
import { type Property, type PropertyMap, Secret, UNKNOWN } from "../engine/values/property.ts";
import { type Goal } from "../engine/program/registration.ts";
import { plainMap } from "../engine/values/secrecy.ts";
import { urnOf } from "../engine/values/urn.ts";
import { checkout } from "../place.ts";
import { type Answers, usualAnswers } from "../providers/aws/answers.ts";
import { account, foreseen, madeUp } from "../providers/aws/made-up.ts";
import { fillIn } from "../stack-file.ts";
import { madeUpOutputs } from "./made-up.ts";

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
    users: [{ name: "admin", user: {} }],
};

export const madeUpClientSecret = "made-up-client-secret";

const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "tlsroutes.gateway.networking.k8s.io" },
    spec: { group: "gateway.networking.k8s.io" },
};

const envoyGatewayDefinition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "securitypolicies.gateway.envoyproxy.io" },
    spec: { group: "gateway.envoyproxy.io" },
};

/** The program ended badly: what it had registered by then, and what it said. */
export class ProgramFailure extends Error {
    readonly resources: readonly Recorded[];

    constructor(messages: readonly string[], resources: readonly Recorded[]) {
        super(`the program did not end well:\n${messages.join("\n")}`);
        this.resources = resources;
    }
}

export interface RecordingOptions {
    readonly preview: boolean;
    readonly config?: Record<string, unknown>;
    readonly secretKeys?: readonly string[];
    /** The folder of the program, this checkout unless given. */
    readonly root?: string;
    /** The stack's file, `Pulumi.<stack>.yaml` of the program unless given. */
    readonly stackFile?: string;
    /**
     * What stands for each secret of the stack's file, none of which is then opened. Without it a file with secrets that a
     * passphrase opens is refused.
     */
    readonly secretsAre?: string;
}

/**
 * Runs the program of a stack with Pulumi's own runtime and writes down what it registers. Nothing is deployed: every
 * resource is answered at once, in a preview with unknowns. `config` stands in for sections of the stack's file, those in
 * `secretKeys` with something encrypted in them.
 */
export async function record(
    stack: string,
    { preview, config = {}, secretKeys = [], root = checkout, stackFile, secretsAre }: RecordingOptions,
): Promise<Recording> {
    const folder = await mkdtemp(join(tmpdir(), "airflow-linkerd-record-"));
    const source = stackFile ?? join(root, `Pulumi.${stack}.yaml`);
    const file = await filledFile(join(folder, `Pulumi.${stack}.yaml`), source, secretsAre);
    const opens = () => Promise.resolve(recorded);
    const project = await readProject(root, stack, file, opens, (key) => `<secret in ${key}>`);
    const changed = Object.fromEntries(
        Object.entries(config).map(([key, section]) => {
            const text = JSON.stringify(section);
            return [`${project.name}:${key}`, secretKeys.includes(key) ? new Secret(text) : text];
        }),
    );
    const allConfig = { ...project.config, ...changed };
    const answers = answersTo(allConfig[`${project.name}:cluster`]);
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
            return { ...what, urn, ...answer(goal, urn, preview) };
        },
        registerOutputs: (urn, given) => {
            if (urn.includes("pulumi:pulumi:Stack")) {
                outputs = given;
            }
        },
        read: () => Promise.reject(new Error("the program reads a resource: the recorder has none")),
        invoke: async (token, args) => {
            const answer = answers[token];
            if (answer === undefined) {
                throw new Error(`the program calls ${token}: the recorder has no answer`);
            }
            return answer(plainMap(args), region);
        },
        fail: (_urn, error) => void messages.push(String(error)),
    };
    const display: Pick<Display, "log"> = { log: (_severity, message) => void messages.push(message) };

    const monitor = new Monitor(recorder as unknown as Deployment, display as unknown as Display, preview);
    try {
        await prepare(folder, {
            ".rehearsal/kubeconfig": JSON.stringify(kubeconfig),
            ...(await chartFiles(root)),
        });
        const run = runProgram(
            {
                ...project,
                program: { folder, entry: join(root, "start.js") },
                config: allConfig,
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

const recorded = { value: "recorded", source: "the recorder" };
let sealing: Promise<Cipher> | undefined;

/** The stack's file with what a place fills in, the same on every machine. */
async function filledFile(file: string, source: string, secretsAre: string | undefined): Promise<string> {
    const document = parseDocument(await readFile(source, "utf8"));
    const cipher = await (sealing ??= Cipher.create(recorded));
    if (secretsAre !== undefined) {
        document.set("encryptionsalt", cipher.salt);
        visit(document, {
            Pair: (_key, { key, value }) => {
                if (isScalar(key) && key.value === "secure" && isScalar(value)) {
                    value.value = cipher.encrypt(secretsAre);
                }
            },
        });
    } else if (document.has("encryptionsalt")) {
        throw new Error(`${source} holds secrets: a recorded stack may not.`);
    }
    fillIn(document, {
        airflowUrl: "http://127.0.0.1:8080",
        entranceUrl: "https://airflow.localhost:8443",
        issuer: "http://127.0.0.1:9080",
        clientSecret: cipher.encrypt(madeUpClientSecret),
        salt: cipher.salt,
    });
    await writeFile(file, document.toString());
    return file;
}

/** Every chart and manifest that a program may look for without a network: this one's and, where it is another, its own. */
async function chartFiles(root: string): Promise<Record<string, string>> {
    const own = (await import(join(root, "components/charts.ts"))) as {
        charts: typeof charts;
        gatewayApi: typeof gatewayApi;
        /** Undefined in a program from before there was an entrance. */
        envoyGatewayDefinitions?: typeof envoyGatewayDefinitions;
    };
    const all = [...Object.values(charts), ...Object.values(own.charts)];
    return {
        [`rehearsal/charts/${gatewayApi.file}`]: JSON.stringify(definition),
        [`rehearsal/charts/${own.gatewayApi.file}`]: JSON.stringify(definition),
        [`rehearsal/charts/${(own.envoyGatewayDefinitions ?? envoyGatewayDefinitions).file}`]:
            JSON.stringify(envoyGatewayDefinition),
        ...Object.fromEntries(all.map((chart) => [`rehearsal/charts/${chartFile(chart)}`, ""])),
    };
}

const region = "eu-central-1";

/** What AWS would say, with one of the cluster's admins as the one who deploys, as it has to be. */
function answersTo(cluster: Property | undefined): Answers {
    // What is no map is for the program to refuse.
    const section = typeof cluster === "string" && cluster.startsWith("{") ? cluster : "{}";
    const { admins } = JSON.parse(section) as { admins?: unknown[] };
    const [, accountId = account, role = "deployer"] =
        /^arn:[^:]*:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(String(admins?.[0])) ?? [];
    return {
        ...usualAnswers(),
        "aws:index/getCallerIdentity:getCallerIdentity": () => ({
            accountId,
            arn: `arn:aws:sts::${accountId}:assumed-role/${role}/recorder`,
            id: accountId,
            userId: "AROARECORDER",
        }),
    };
}

function answer(goal: Goal, urn: string, preview: boolean) {
    if (goal.type.startsWith("aws:")) {
        const inputs = plainMap(goal.inputs);
        const made = preview
            ? { id: undefined, outputs: foreseen({ ...goal, urn }, inputs, region) }
            : madeUp({ ...goal, urn }, inputs, region);
        return { ...made, custom: goal.custom, inputs: goal.inputs };
    }
    const id = !goal.custom ? undefined : preview ? undefined : `<id of ${goal.name}>`;
    const outputs: PropertyMap = { ...goal.inputs };
    for (const [output, madeUp] of Object.entries(madeUpOutputs(goal.type, goal.name))) {
        const value = preview ? UNKNOWN : madeUp;
        outputs[output] = goal.additionalSecretOutputs.includes(output) ? new Secret(value) : value;
    }
    return { id, outputs, custom: goal.custom, inputs: goal.inputs };
}

/** What a resource of AWS had once it was made, in a recording that is no preview. */
export function madeAtAws(resource: Recorded): PropertyMap {
    return madeUp(resource, plainMap(resource.inputs), region).outputs as PropertyMap;
}

async function prepare(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
        const file = join(folder, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
    }
}
