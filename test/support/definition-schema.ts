import { loadAll } from "js-yaml";

interface Schema {
    readonly type?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly items?: Schema;
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minimum?: number;
    readonly anyOf?: readonly Schema[];
    readonly "x-kubernetes-int-or-string"?: boolean;
    readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

interface Definition {
    readonly spec: {
        readonly group: string;
        readonly names: { readonly kind: string };
        readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
    };
}

/** The schema of a kind, among definitions as YAML. Fails where there is none. */
export function definitionSchema(files: Iterable<string>, apiVersion: string, kind: string): Schema {
    const [group, version] = apiVersion.split("/");
    for (const text of files) {
        for (const document of loadAll(text)) {
            const definition = document as Definition | null;
            if (definition !== null && definition.spec.group === group && definition.spec.names.kind === kind) {
                const found = definition.spec.versions.find(({ name }) => name === version);
                if (found !== undefined) {
                    return found.schema.openAPIV3Schema;
                }
            }
        }
    }
    throw new Error(`no definition has ${kind} of ${apiVersion}`);
}

/**
 * What the API server would refuse in a value, or drop without a word. Rules that are written as expressions are left out:
 * only an API server evaluates them.
 */
export function schemaProblems(schema: Schema, value: unknown, path = ""): string[] {
    const problem = (text: string) => [`${path || "the object"} ${text}`];
    if (schema["x-kubernetes-int-or-string"]) {
        return ["string", "number"].includes(typeof value) ? [] : problem("is neither a number nor text");
    }
    if (Array.isArray(value)) {
        return schema.type !== "array"
            ? problem(`is a list, and must be ${schema.type}`)
            : [
                  ...(value.length > (schema.maxItems ?? Infinity)
                      ? problem(`has more than ${schema.maxItems} items`)
                      : []),
                  ...(value.length < (schema.minItems ?? 0) ? problem(`has fewer than ${schema.minItems} items`) : []),
                  ...value.flatMap((item, index) => schemaProblems(schema.items ?? {}, item, `${path}[${index}]`)),
              ];
    }
    if (typeof value === "object" && value !== null) {
        return schema.type !== "object"
            ? problem(`is a map, and must be ${schema.type}`)
            : mapProblems(schema, value, path);
    }
    const types: Readonly<Record<string, string>> = {
        integer: "number",
        number: "number",
        string: "string",
        boolean: "boolean",
    };
    if (types[schema.type ?? ""] !== typeof value) {
        return problem(`is ${JSON.stringify(value)}, and must be ${schema.type}`);
    }
    return [
        ...(schema.enum !== undefined && !schema.enum.includes(value)
            ? problem(`is ${String(value)}, and no choice`)
            : []),
        ...(schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value))
            ? problem(`is ${String(value)}, and must match ${schema.pattern}`)
            : []),
        ...(typeof value === "string" && value.length > (schema.maxLength ?? Infinity) ? problem("is too long") : []),
        ...(typeof value === "string" && value.length < (schema.minLength ?? 0) ? problem("is too short") : []),
        ...(typeof value === "number" && value < (schema.minimum ?? -Infinity) ? problem("is too small") : []),
    ];
}

function mapProblems(schema: Schema, value: object, path: string): string[] {
    const { properties = {}, additionalProperties, required = [] } = schema;
    const missing = required.filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
    return [
        ...missing,
        ...Object.entries(value).flatMap(([key, item]) => {
            const below =
                properties[key] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
            if (below !== undefined) {
                return schemaProblems(below, item, `${path}.${key}`);
            }
            return schema["x-kubernetes-preserve-unknown-fields"] || additionalProperties === true
                ? []
                : [`${path}.${key} is nothing that the definition knows`];
        }),
    ];
}
