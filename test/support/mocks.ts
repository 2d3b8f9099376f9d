import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";
import { type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import settings from "@pulumi/pulumi/runtime/settings.js";

import {
    isMap,
    type PlainMap,
    type Property,
    type PropertyMap,
    Secret,
} from "../../rehearsal/engine/values/property.ts";
import { type Goal, goalOf } from "../../rehearsal/engine/program/registration.ts";
import { nameOf } from "../../rehearsal/engine/values/urn.ts";
import { type Answers } from "../../rehearsal/providers/aws/answers.ts";
import { madeUpOutputs } from "../../rehearsal/recording/made-up.ts";
import { foreseenAtAws, madeUpAccount, madeUpByAws } from "./made-up-aws.ts";

/** What a component registered: Pulumi's mocks show inputs only, the wire shows all of it. */
export class Registered {
    readonly resources: readonly Goal[];

    constructor(resources: readonly Goal[]) {
        this.resources = resources;
    }

    /** The one resource of that name. Fails where there is none, so that nothing is proved about nothing. */
    get(name: string): Goal {
        const found = this.resources.filter((resource) => resource.name === name);
        const all = this.resources.map((resource) => resource.name).join(", ");
        assert.equal(found.length, 1, `there must be one resource named ${name}. There are ${all}`);
        return found[0] as Goal;
    }

    ofType(type: string): Goal[] {
        return this.resources.filter((resource) => resource.type === type);
    }

    parentOf(name: string): string {
        return nameOf(this.get(name).parent);
    }

    dependenciesOf(name: string): string[] {
        return this.get(name).dependencies.map(nameOf).sort();
    }

    /** The names of all that is there before a resource, and goes only after it: what it depends on, and so on down. */
    everythingBefore(name: string): Set<string> {
        const before = new Set<string>();
        const visit = (resource: Goal): void => {
            for (const needed of [...resource.dependencies, resource.parent].map(nameOf)) {
                const found = this.resources.find((other) => other.name === needed);
                if (found !== undefined && !before.has(needed)) {
                    before.add(needed);
                    visit(found);
                }
            }
        };
        visit(this.get(name));
        return before;
    }

    /** The input at a path such as `spec.ports.0.port`, secrets still in their envelopes. */
    input(name: string, path: string): Property | undefined {
        return path
            .split(/(?<!\\)\./)
            .map((key) => key.replaceAll("\\.", "."))
            .reduce<Property | undefined>((value, key) => {
                const at = value instanceof Secret ? value.value : value;
                return Array.isArray(at) ? at[Number(key)] : isMap(at) ? (at as PropertyMap)[key] : undefined;
            }, this.get(name).inputs);
    }

    /** The text at a path, once it is proved that it is secret. */
    secret(name: string, path: string): string {
        const parts = path
            .split(/(?<!\\)\./)
            .map((_, index, all) => this.input(name, all.slice(0, index + 1).join(".")));
        assert.ok(
            parts.some((part) => part instanceof Secret),
            `${path} of ${name} must be secret`,
        );
        const last = parts.at(-1);
        return String(last instanceof Secret ? last.value : last);
    }
}

/** What a test may say about the run that its component is made in. */
export interface MockedRun {
    stack?: string;
    /** Nothing that a provider decides is known. */
    preview?: boolean;
    /** The lookups that the component may do, by token. */
    answers?: Answers;
    /** What the stacks give that are referred to, by name. */
    stacks?: Readonly<Record<string, GivingStack>>;
}

/** Another stack, as the engine answers for it. */
export interface GivingStack {
    readonly outputs: Readonly<Record<string, unknown>>;
    /** Of the outputs that hold secrets. */
    readonly secretOutputNames?: readonly string[];
}

/**
 * Runs a constructor under Pulumi's mocks. A custom resource of a type that is not declared is refused: a component
 * that starts to make something new must be seen to do so.
 */
export async function underMocks<Made>(
    declared: readonly string[],
    create: () => Made,
    { stack = "dev", preview = false, answers = {}, stacks = {} }: MockedRun = {},
): Promise<{ made: Made; registered: Registered }> {
    const refused: string[] = [];
    const goals: Goal[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, custom }) => {
                if (type === "pulumi:pulumi:StackReference") {
                    const { name: stackName } = inputs as { name: string };
                    const given = stacks[stackName];
                    if (given === undefined) {
                        throw new Error(`The component refers to ${stackName}, which this test did not declare.`);
                    }
                    return { id: stackName, state: { name: stackName, secretOutputNames: [], ...given } };
                }
                if (custom && !declared.includes(type)) {
                    refused.push(`${name} (${type})`);
                }
                if (type.startsWith("aws:")) {
                    const given = inputs as PlainMap;
                    return preview
                        ? { id: undefined, state: foreseenAtAws(type, name, given) }
                        : { id: `${name}-id`, state: { ...given, ...madeUpByAws(type, name, given) } };
                }
                const outputs = Object.entries(madeUpOutputs(type, name)).map(([key, value]) => [
                    key,
                    key === "certPem" || key === "certRequestPem" || key === "status" ? value : pulumi.secret(value),
                ]);
                return {
                    id: custom ? `${name}-id` : undefined,
                    state: { ...inputs, ...(preview ? {} : Object.fromEntries(outputs)) },
                };
            },
            call: ({ token, inputs }) => {
                const answer = answers[token];
                if (answer === undefined) {
                    throw new Error(`The component calls ${token}, which this test did not declare.`);
                }
                try {
                    return answer(inputs as PlainMap, madeUpAccount.region);
                } catch (error) {
                    // The SDK reads what the engine says from where gRPC puts it.
                    throw Object.assign(error as Error, { details: (error as Error).message });
                }
            },
        },
        "airflow-linkerd",
        stack,
        preview,
    );
    const monitor = settings.getMonitor() as unknown as {
        registerResource(request: RegisterResourceRequest, callback: unknown): unknown;
    };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
        goals.push(goalOf(request));
        return register(request, callback);
    };
    const made = create();
    await settled();
    assert.deepEqual(refused, [], "the component makes resources that this test did not declare");
    return { made, registered: new Registered(goals) };
}

/** The value of an output that must be known. */
export async function value<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => {
        output.apply((known) => {
            resolve(known as T);
        });
    });
}

/** What an output that must fail fails with. A program ends with it. */
export async function failure(output: pulumi.Output<unknown>): Promise<string> {
    // Exported by the SDK and used by its own tests, but not declared.
    const { promise } = output as unknown as { promise(): Promise<unknown> };
    return promise().then(
        () => assert.fail("the output must fail, and it has a value"),
        (error: Error) => error.message,
    );
}

/** An output that no preview knows: what a resource gives that is not there yet. */
export function unknown<T>(): pulumi.Output<T> {
    return pulumi.output(pulumi.unknown as unknown as pulumi.Unwrap<T>) as pulumi.Output<T>;
}

/** The names of the resources that must be there before the output is known. */
export async function waitedFor(output: pulumi.Output<unknown>): Promise<string[]> {
    const inner = output as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    const urns = await Promise.all([...(await inner.allResources())].map(({ urn }) => value(urn)));
    return urns.map(nameOf).sort();
}

/** Waits for every registration, and for those that begin when it ends. */
export async function settled(): Promise<void> {
    // Exported by the SDK and used by its own tests, but not declared.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}
