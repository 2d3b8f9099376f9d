import { join } from "node:path";

import { z } from "zod";

import { checkout } from "../../rehearsal/place.ts";
import { configSchema } from "../../stacks/config/schema.ts";

/** What editors check a stack's file with, and complete keys from. */
export const stackSchemaFile = join(checkout, "Pulumi.schema.json");

export const project = "airflow-linkerd";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A text that `pulumi config set --secret` wrote. */
const secure: JsonSchema = {
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
};

/** The schema of a stack's file: the sections as the program checks them, each rule beside its key. */
export function stackSchema(): JsonSchema {
    const sections = Object.fromEntries(
        Object.entries(sectionSchemas()).map(([key, schema]) => [`${project}:${key}`, schema]),
    );
    const names = Object.keys(sections);
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: `A stack of ${project}`,
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: sections,
                // Providers have keys of their own there.
                propertyNames: {
                    pattern: `^(?!${project}:)|^${project}:(${Object.keys(configSchema.shape).join("|")})$`,
                },
                required: names.filter((name) => !configSchema.shape[sectionOf(name)].safeParse(undefined).success),
            },
        },
        definitions: { secure },
    };
}

/** The schema of each section, by its key. */
export function sectionSchemas(): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(configSchema.shape).map(([key, section]) => [key, schemaOf(section)]));
}

function sectionOf(name: string): keyof typeof configSchema.shape {
    return name.slice(project.length + 1) as keyof typeof configSchema.shape;
}

function schemaOf(section: z.core.$ZodType): JsonSchema {
    const { $schema: _, ...schema } = z.toJSONSchema(section, {
        io: "input",
        target: "draft-7",
        unrepresentable: "any",
        override: ({ zodSchema, jsonSchema }) => {
            const rule = ruleOf(zodSchema);
            if (rule !== undefined) {
                jsonSchema.description = rule;
            }
            if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
                delete jsonSchema.maximum;
            }
            if (jsonSchema.type === "string" && jsonSchema.enum === undefined && jsonSchema.const === undefined) {
                const { description, default: usual, ...text } = jsonSchema;
                Object.keys(jsonSchema).forEach((key) => Reflect.deleteProperty(jsonSchema, key));
                Object.assign(jsonSchema, {
                    ...(description === undefined ? {} : { description }),
                    ...(usual === undefined ? {} : { default: usual }),
                    anyOf: [text, { $ref: "#/definitions/secure" }],
                });
            }
        },
    });
    return schema;
}

/** What the program says of a value that breaks the last of the rules for it. */
function ruleOf({ _zod: { def } }: z.core.$ZodType): string | undefined {
    // That a text is not empty goes without saying.
    const checks = (def.checks ?? []).filter(({ _zod }) => def.type !== "string" || _zod.def.check !== "min_length");
    return [def.error, ...checks.map(({ _zod }) => _zod.def.error)]
        .map((error) => error?.({ code: "invalid_type", expected: "string", input: undefined, path: [] } as never))
        .filter((said): said is string => typeof said === "string")
        .at(-1);
}
