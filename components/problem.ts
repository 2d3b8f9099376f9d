import { isSecretName } from "./secrecy/secret-names.ts";
import { secretsWithin } from "./secrecy/secrets-within.ts";
import { withoutSecrets } from "./secrecy/without-secrets.ts";

/** The keys that lead to a value: numbers in lists, names in maps. */
export type KeyPath = readonly PropertyKey[];

/** One invalid value among the arguments of a component or the config of a stack. */
export interface Problem {
    readonly path: KeyPath;
    /** The invalid value. Undefined if it is missing. */
    readonly value: unknown;
    /** The rule that it breaks, and the way out. */
    readonly rule: string;
    /** Replaces `is <value>:` in the message if another property of the value is wrong, such as `has 51 tags:`. */
    readonly opening?: string;
}

/** Puts a path before the path of each problem, and leaves out what is undefined. */
export function below(path: KeyPath, ...found: readonly (Problem | undefined)[]): Problem[] {
    return found
        .filter((problem) => problem !== undefined)
        .map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

/**
 * The message: `admins[1] is "deployer": it must be …`. Does not show a hidden value, and no value that looks like a
 * secret or whose key says that it is one.
 */
export function problemText(problem: Problem, { hidden = false }: { hidden?: boolean } = {}): string {
    const { path, value, rule, opening = `is ${valueText(value, hidden || isOfSecret(path))}:` } = problem;
    return withoutSecrets(`${pathText(path)} ${opening} ${rule}`);
}

/** The messages, one per line. */
export function problemLines(problems: readonly Problem[]): string {
    return problems.map((problem) => problemText(problem)).join("\n");
}

/** The path in Pulumi's notation: `network.zones[1]`, `tags["cost center"]`. */
export function pathText([first, ...rest]: KeyPath): string {
    return (isSecret(first) ? secret : String(first)) + rest.map(keyText).join("");
}

function keyText(key: PropertyKey): string {
    const name = isSecret(key) ? secret : String(key);
    if (typeof key === "number") {
        return `[${name}]`;
    }
    return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function valueText(value: unknown, hidden: boolean): string {
    if (value === undefined || value === null) {
        return "missing";
    }
    if (Array.isArray(value)) {
        return listText(value, hidden);
    }
    if (typeof value === "object") {
        return "a map";
    }
    return hidden || isSecret(value) ? secret : plainText(value);
}

const secret = "[secret]";

function isOfSecret(path: KeyPath): boolean {
    const name = path.findLast((key) => typeof key === "string");
    return name !== undefined && isSecretName(String(name));
}

function isSecret(value: unknown): boolean {
    return typeof value === "string" && secretsWithin(value).length > 0;
}

/** All items of a list. But not of maps: they are long, and may contain a secret. */
function listText(list: readonly unknown[], hidden: boolean): string {
    if (list.length === 0) {
        return "an empty list";
    }
    return hidden || list.some((item) => typeof item === "object" || isSecret(item))
        ? "a list"
        : `[${list.map(plainText).join(", ")}]`;
}

/** JSON cannot represent NaN and Infinity. */
function plainText(value: unknown): string {
    return typeof value === "number" ? String(value) : JSON.stringify(value);
}
