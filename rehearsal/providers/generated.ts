import { type Plain, type PlainMap } from "../engine/values/property.ts";
import { type Change, type CheckFailure, type Provider, type ProviderFactory } from "../engine/plugins/provider.ts";

/** A kind of resource that is nothing but values made once and kept in the state. */
export interface Generator {
    readonly inputs: readonly string[];
    readonly required?: readonly string[];
    /** Inputs that may change without making the values anew. */
    readonly inPlace?: readonly string[];
    readonly defaults?: PlainMap;
    readonly secrets?: readonly string[];
    /** What is wrong with the inputs, beyond unknown and missing ones. */
    readonly problem?: (inputs: PlainMap) => CheckFailure | undefined;
    readonly generate: (inputs: PlainMap) => Promise<{ id: string; outputs: PlainMap }>;
    /** The output that says that the values are due to be made anew, if they are. */
    readonly due?: (outputs: PlainMap, inputs: PlainMap) => string | undefined;
}

/** A provider of such kinds. Any change of an input makes new values. */
export function generatedValues(generators: Readonly<Record<string, Generator>>): ProviderFactory {
    const generatorOf = (type: string): Generator => {
        const found = generators[type];
        if (!found) {
            throw new Error(`${type} is not supported here: use one of ${Object.keys(generators).join(", ")}`);
        }
        return found;
    };
    const provider: Provider = {
        recorded: false,
        async check({ type }, _oldInputs, inputs) {
            const { inputs: known, required = [], problem } = generatorOf(type);
            const failures: CheckFailure[] = [
                ...Object.keys(inputs)
                    .filter((key) => !known.includes(key))
                    .map(unsupported),
                ...required
                    .filter((key) => inputs[key] === undefined)
                    .map((property) => ({ property, reason: "required" })),
            ];
            const found = failures.length === 0 ? problem?.(inputs) : undefined;
            return { inputs, failures: found ? [found] : failures };
        },
        async diff({ type, changes, newInputs, oldOutputs }) {
            const { inPlace = [], due } = generatorOf(type);
            const late = due?.(oldOutputs, newInputs);
            const renewal: Change[] = late === undefined ? [] : [{ path: late, kind: "update" }];
            const all = [...changes, ...renewal];
            const replacePaths = all.map(({ path }) => path).filter((path) => !inPlace.includes(path));
            return { changes: all, replacePaths, deleteBeforeReplace: false };
        },
        async create({ type }, inputs, { preview }) {
            const { defaults, generate } = generatorOf(type);
            const complete = { ...defaults, ...inputs };
            if (preview) {
                return { id: "", outputs: complete };
            }
            const { id, outputs } = await generate(complete);
            return { id, outputs: { ...complete, ...outputs } };
        },
        async update({ type }, _id, _oldInputs, oldOutputs, newInputs) {
            return { ...oldOutputs, ...generatorOf(type).defaults, ...newInputs };
        },
        async delete() {
            // The values leave with the state.
        },
        async read({ type }, id, _inputs, outputs) {
            if (outputs !== undefined) {
                return { id, outputs };
            }
            throw new Error(`${type} cannot be read: its values exist only in the state that made them`);
        },
        async invoke(token) {
            throw new Error(`${token} is not supported here`);
        },
        secretOutputs: (type) => generatorOf(type).secrets ?? [],
    };
    return () => provider;
}

const unsupported = (property: string): CheckFailure => ({ property, reason: "not supported here: leave it out" });

export const strings = (value: Plain | undefined): string[] => ((value ?? []) as Plain[]).map(String);
