import { type ApiObject } from "./api.ts";
import { ready, type Verdict, waiting } from "./follow.ts";

/**
 * The judge that annotation `pulumi.com/waitFor` asks for: `condition=Type[=Status]`, `jsonpath={.a.b[0]}[=value]`, or a
 * JSON array of such. Filters and slices in a JSONPath are refused.
 */
export function waitFor(annotation: string): (object: ApiObject) => Verdict {
    const judges = expressions(annotation).map(one);
    return (object) => judges.map((judge) => judge(object)).find((verdict) => verdict.state !== "ready") ?? ready;
}

function expressions(annotation: string): string[] {
    if (!annotation.trimStart().startsWith("[")) {
        return [annotation];
    }
    const list = JSON.parse(annotation) as unknown;
    if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === "string")) {
        throw new Error(`pulumi.com/waitFor is ${annotation}: an array must hold expressions as text`);
    }
    return list;
}

function one(expression: string): (object: ApiObject) => Verdict {
    const condition = /^condition=([^=]+)(?:=(.+))?$/i.exec(expression);
    if (condition?.[1] !== undefined) {
        return (object) => hasCondition(object, condition[1] ?? "", condition[2] ?? "True");
    }
    const jsonpath = /^jsonpath=\{?(\.?[^}=]+)\}?(?:=(.+))?$/.exec(expression);
    if (jsonpath?.[1] === undefined) {
        throw new Error(
            `pulumi.com/waitFor is ${expression}: write condition=Type[=Status] or jsonpath={.path}[=value], ` +
                "or a JSON array of them",
        );
    }
    const steps = parsePath(jsonpath[1], expression);
    const wanted = jsonpath[2]?.replace(/^(["'])(.*)\1$/, "$2");
    return (object) => {
        const found = select(object, steps);
        const met = wanted === undefined ? found.length > 0 : found.some((value) => String(value) === wanted);
        return met
            ? ready
            : waiting(`${expression}${wanted === undefined ? "" : `, now ${found.join(", ") || "unset"}`}`);
    };
}

function hasCondition(object: ApiObject, type: string, status: string): Verdict {
    const { conditions, observedGeneration } = (object.status ?? {}) as {
        conditions?: { type: string; status: string; reason?: string; message?: string; observedGeneration?: number }[];
        observedGeneration?: number;
    };
    const found = conditions?.find((each) => each.type.toLowerCase() === type.toLowerCase());
    const seen = found?.observedGeneration ?? observedGeneration ?? Infinity;
    if (found?.status.toLowerCase() === status.toLowerCase() && seen >= (object.metadata?.generation ?? 0)) {
        return ready;
    }
    const now = found ? [`now ${found.status}`, found.reason, found.message].filter(Boolean).join(": ") : "not set yet";
    return waiting(`condition ${type}=${status}, ${now}`);
}

function parsePath(path: string, expression: string): string[] {
    const steps = path.match(/\.?[\w-]+|\['[^']+'\]|\[(?:\d+|\*)\]/g) ?? [];
    if (steps.join("") !== path) {
        throw new Error(
            `pulumi.com/waitFor is ${expression}: only .name, ['name'], [0] and [*] are supported in a path`,
        );
    }
    return steps.map((step) => step.replace(/^\.|^\['?|'?\]$/g, ""));
}

function select(value: unknown, steps: readonly string[]): unknown[] {
    const [step, ...rest] = steps;
    if (value === undefined || value === null) {
        return [];
    }
    if (step === undefined) {
        return [value];
    }
    if (step === "*") {
        return Object.values(value).flatMap((item) => select(item, rest));
    }
    return select((value as Record<string, unknown>)[step], rest);
}
