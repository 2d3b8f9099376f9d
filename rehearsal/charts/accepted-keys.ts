import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type ChartKeys } from "../../components/airflow/chart-values/chart-keys.ts";
import { checkout } from "../place.ts";

interface Schema {
    readonly $ref?: string;
    readonly $defs?: Readonly<Record<string, Schema>>;
    readonly allOf?: readonly Schema[];
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly type?: string | readonly string[];
}

/** The keys that a stand-in takes, by its schema. */
export function acceptedKeys(chart: string): ChartKeys {
    const file = join(checkout, "rehearsal/charts", chart, "values.schema.json");
    const root = JSON.parse(readFileSync(file, "utf8")) as Schema;

    const properties = (schema: Schema): Readonly<Record<string, Schema>> => ({
        ...(schema.$ref === undefined ? {} : properties(root.$defs?.[schema.$ref.split("/").at(-1) ?? ""] ?? {})),
        ...Object.assign({}, ...(schema.allOf ?? []).map(properties)),
        ...schema.properties,
    });
    const typeOf = ({ type, $ref }: Schema): Schema["type"] =>
        type ?? ($ref === undefined ? undefined : root.$defs?.[$ref.split("/").at(-1) ?? ""]?.type);
    const keys = (schema: Schema): ChartKeys =>
        Object.fromEntries(
            Object.entries(properties(schema)).map(([key, below]) => {
                const isLeaf = Object.keys(properties(below)).length === 0;
                return [key, isLeaf ? (typeOf(below) === "object" ? "map" : "value") : keys(below)];
            }),
        );
    return keys(root);
}
