import { type ApiObject } from "./api.ts";
import { ready, type Verdict, waiting } from "./follow.ts";

type Judge = (object: ApiObject) => Verdict;

/**
 * The judge that annotation `pulumi.com/waitFor` asks for: `condition=Type[=Status]`, `jsonpath={.a.b[0]}[=value]`, or a
 * JSON array of such. Filters and slices in a JSONPath are refused.
 */
export function waitFor(annotation: string): Judge {
    const list = (annotation.startsWith("[") ? JSON.parse(annotation) : [annotation]) as unknown[];
    if (list.length === 0) {
        throw new Error("pulumi.com/waitFor is []: name at least one condition, or leave it out");
    }
    const judges = list.map((expression) => one(String(expression)));
    return (object) => judges.map((judge) => judge(object)).find(({ state }) => state !== "ready") ?? ready;
}

function one(expression: string): Judge {
    const [, type, status = "True"] = /^condition=([^=]+)(?:=(.+))?$/i.exec(expression) ?? [];
    if (type !== undefined) {
        return condition(type, status);
    }
    const [, path = "", value] = /^jsonpath=\{?([^}=]+)\}?(?:=(.+))?$/.exec(expression) ?? [];
    const steps = path.match(/\.?[\w-]+|\['[^']+'\]|\[(?:\d+|\*)\]/g) ?? [];
    if (path === "" || steps.join("") !== path) {
        throw new Error(
            `pulumi.com/waitFor is ${expression}: write condition=Type[=Status] or jsonpath={.path}[=value] with .name, ` +
                "['name'], [0] and [*] in the path, or a JSON array of them",
        );
    }
    const names = steps.map((step) => step.replace(/^\.|^\['?|'?\]$/g, ""));
    const wanted = value?.replace(/^(["'])(.*)\1$/, "$2");
    return (object) => {
        const found = select(object, names);
        const met = wanted === undefined ? found.length > 0 : found.some((each) => String(each) === wanted);
        return met ? ready : waiting(`${expression}, now ${found.join(", ") || "unset"}`);
    };
}

function condition(type: string, wanted: string): Judge {
    return ({ metadata, status }) => {
        const { conditions, observedGeneration } = (status ?? {}) as {
            conditions?:
                | {
                      type: string;
                      status: string;
                      reason?: string;
                      message?: string;
                      observedGeneration?: number;
                  }[]
                | null;
            observedGeneration?: number;
        };
        const found = conditions?.find((each) => each.type.toLowerCase() === type.toLowerCase());
        const seen = found?.observedGeneration ?? observedGeneration ?? Infinity;
        if (found?.status.toLowerCase() === wanted.toLowerCase() && seen >= (metadata?.generation ?? 0)) {
            return ready;
        }
        const now = found && [`now ${found.status}`, found.reason, found.message].filter(Boolean).join(": ");
        return waiting(`condition ${type}=${wanted}, ${now ?? "not set yet"}`);
    };
}

function select(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
    if (value === undefined || value === null || step === undefined) {
        return value === undefined || value === null ? [] : [value];
    }
    const inner = step === "*" ? Object.values(value) : [(value as Record<string, unknown>)[step]];
    return inner.flatMap((each) => select(each, rest));
}
