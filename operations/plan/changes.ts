import { z } from "zod";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;

/** A Helm release as Helm takes it. In the inputs a text of several lines is a list of them. */
const release = z.looseObject({
    chart: z.string(),
    name: z.string(),
    namespace: z.string().optional(),
    version: z.string().optional(),
    repositoryOpts: z.looseObject({ repo: z.string().optional() }).optional(),
    values: z.record(z.string(), json).optional(),
});

export type Release = z.infer<typeof release>;

const resource = z.looseObject({
    inputs: z.record(z.string(), json).optional(),
    protect: z.boolean().optional(),
    /** Paths in the inputs that cannot be changed in place. */
    replacedBy: z.array(z.string()).optional(),
    release: release.optional(),
});

const planSchema = z.strictObject({ resources: z.record(z.string(), resource), outputs: json });

/** What the program of one revision wants of one stack, without any secret. */
export type Plan = z.infer<typeof planSchema>;
export type Planned = z.infer<typeof resource>;

export interface Difference {
    /** Such as `inputs.spec.replicas`. Within lists of one length, by place: `inputs.rules[0].days`. */
    readonly path: string;
    readonly was: Json | undefined;
    readonly is: Json | undefined;
}

export interface ResourceChange {
    readonly name: string;
    readonly type: string;
    /** Undefined for one that is created. */
    readonly before: Planned | undefined;
    /** Undefined for one that is deleted. */
    readonly after: Planned | undefined;
    /** Empty for one that is created or deleted. */
    readonly differences: readonly Difference[];
    /** What becomes different in the objects that a chart makes, as lines for people, where it was rendered. */
    readonly rendered?: readonly string[] | undefined;
}

/** The type under which changed outputs of the stack stand among the changes. */
export const outputsType = "outputs of the stack";

/** @throws when the text is no plan. */
export function parsedPlan(text: string): Plan {
    return planSchema.parse(JSON.parse(text));
}

/** All that differs, by name of the resource. `rendered` is by the same key as the plan's resources. */
export function changesBetween(
    before: Plan,
    after: Plan,
    rendered: ReadonlyMap<string, readonly string[]> = new Map(),
): ResourceChange[] {
    const keys = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])].sort();
    const changes = keys.map((key): ResourceChange => {
        const [name, type] = split(key);
        const [was, is] = [before.resources[key], after.resources[key]];
        return {
            name,
            type,
            before: was,
            after: is,
            differences: was === undefined || is === undefined ? [] : differencesIn(open(was), open(is)),
            rendered: rendered.get(key),
        };
    });
    const outputs: ResourceChange = {
        name: "outputs",
        type: outputsType,
        before: {},
        after: {},
        differences: differencesIn(before.outputs, after.outputs, "outputs"),
    };
    return [...changes, outputs].filter(
        ({ before: was, after: is, differences }) => was === undefined || is === undefined || differences.length > 0,
    );
}

/** What a provider may not change says nothing of the program, and a release is in the inputs already. */
const open = ({ replacedBy: _replacedBy, release: _release, ...rest }: Planned) => rest as Json;

function split(key: string): [name: string, type: string] {
    const [, name, type] = /^(.*) \(([^()]*)\)$/.exec(key) ?? [];
    if (name === undefined || type === undefined) {
        throw new Error(`resource ${JSON.stringify(key)} of the plan has no type: it must be "<name> (<type>)"`);
    }
    return [name, type];
}

export function differencesIn(was: Json | undefined, is: Json | undefined, path = ""): Difference[] {
    if (canonical(was) === canonical(is)) {
        return [];
    }
    if (isMap(was) && isMap(is)) {
        return [...new Set([...Object.keys(was), ...Object.keys(is)])]
            .sort()
            .flatMap((key) => differencesIn(was[key], is[key], path === "" ? key : `${path}.${key}`));
    }
    if (Array.isArray(was) && Array.isArray(is) && was.length === is.length && [...was, ...is].every(isMap)) {
        return was.flatMap((item, index) => differencesIn(item, is[index], `${path}[${String(index)}]`));
    }
    return [{ path, was, is }];
}

export function isMap(value: Json | undefined): value is { [key: string]: Json } {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One text for one value, whatever the order of its keys. */
export function canonical(value: Json | undefined): string {
    return value === undefined
        ? ""
        : JSON.stringify(value, (_key, each: Json) =>
              isMap(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
          );
}

/** What stands at a path of keys, such as `spec.template`. */
export function at(value: Json | undefined, path: string): Json | undefined {
    return path.split(".").reduce<Json | undefined>((inner, key) => (isMap(inner) ? inner[key] : undefined), value);
}

/** A list's items; none for what is no list. */
export function items(value: Json | undefined): Json[] {
    return Array.isArray(value) ? value : [];
}
