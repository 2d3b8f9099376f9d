import { join } from "node:path";

import { z } from "zod";

import { outputsVersion, platformContract } from "../../../components/platform/contract.ts";
import { checkout } from "../../../rehearsal/place.ts";

/** One output, or a part of one. */
export interface ContractedOutput {
    readonly type: string;
    /** Whether it is there wherever what it is a part of is. */
    readonly always: boolean;
    readonly since: string;
    readonly description: string;
}

/** What a release promises, by path: `teams.<key>.namespace` is the namespace of any team. */
export interface Contract {
    readonly version: number;
    readonly outputs: Readonly<Record<string, ContractedOutput>>;
}

/** What the last release promised. */
export const releasedFile = join(checkout, "test", "components", "platform", "released-outputs.json");

interface Schema {
    readonly type?: string;
    readonly const?: unknown;
    readonly items?: Schema;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly required?: readonly string[];
    readonly description?: string;
    readonly since?: string;
}

/** What the program promises now. */
export function currentContract(schema: z.ZodType = platformContract, version: number = outputsVersion): Contract {
    const { properties, required } = z.toJSONSchema(schema, { io: "input" }) as Schema;
    return { version, outputs: Object.fromEntries(parts("", properties, required)) };
}

function parts(above: string, properties: Schema["properties"] = {}, required: readonly string[] = []) {
    return Object.entries(properties).flatMap(([key, schema]): [string, ContractedOutput][] => {
        const path = `${above}${key}`;
        const { description, since } = schema;
        if (description === undefined || since === undefined) {
            throw new Error(
                `${path} must say what it is and since when: give it both in components/platform/contract.ts`,
            );
        }
        const each = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
        return [
            [path, { type: typeOf(schema), always: required.includes(key), since, description }],
            ...parts(`${path}.`, schema.properties, schema.required),
            ...parts(`${path}.<key>.`, each?.properties, each?.required),
        ];
    });
}

function typeOf({ type, const: only, items, additionalProperties }: Schema): string {
    if (only !== undefined) {
        return `the ${typeof only} ${String(only)}`;
    }
    if (items !== undefined) {
        return `list of ${typeOf(items)}`;
    }
    if (typeof additionalProperties === "object") {
        return `map of ${typeOf(additionalProperties)}`;
    }
    return type ?? "anything";
}

/** What would break a stack that was written for the released contract. A new version may break everything. */
export function breaks(released: Contract, now: Contract): string[] {
    if (now.version > released.version) {
        return [];
    }
    return [
        ...(now.version < released.version ? [`the version falls from ${released.version} to ${now.version}`] : []),
        ...Object.entries(released.outputs).flatMap(([path, before]) => {
            const after = now.outputs[path];
            if (after === undefined) {
                return [`${path} is gone`];
            }
            return [
                ...(after.type === before.type ? [] : [`${path} was ${before.type} and is ${after.type}`]),
                ...(before.always && !after.always ? [`${path} was always given and may be left out`] : []),
                ...(after.since === before.since ? [] : [`${path} is there since ${before.since}, not ${after.since}`]),
            ];
        }),
    ];
}
