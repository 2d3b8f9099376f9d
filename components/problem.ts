/** The keys that lead to a value: numbers in lists, names in maps. */
export type KeyPath = readonly PropertyKey[];

/** One thing that is wrong with what a component, or a stack, was asked for. */
export interface Problem {
    readonly path: KeyPath;
    /** What is there. Undefined where it is missing. */
    readonly value: unknown;
    /** The rule that it breaks, and the way out. */
    readonly rule: string;
    /** Replaces `is <value>:` where the value as a whole is not what is wrong, such as `has 51 tags:`. */
    readonly opening?: string;
}

/** The problems there are, with the path of what they were found in before their own. */
export function below(path: KeyPath, ...found: readonly (Problem | undefined)[]): Problem[] {
    return found
        .filter((problem) => problem !== undefined)
        .map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

/** For people: `admins[1] is "deployer": it must be …`. A hidden value is not shown. */
export function problemText(problem: Problem, { hidden = false }: { hidden?: boolean } = {}): string {
    const { path, value, rule, opening = `is ${valueText(value, hidden)}:` } = problem;
    return `${pathText(path)} ${opening} ${rule}`;
}

/** One line for each. */
export function problemLines(problems: readonly Problem[]): string {
    return problems.map((problem) => problemText(problem)).join("\n");
}

/** As Pulumi writes paths: `network.zones[1]`, `tags["cost center"]`. */
export function pathText([first, ...rest]: KeyPath): string {
    return String(first) + rest.map(keyText).join("");
}

function keyText(key: PropertyKey): string {
    const name = String(key);
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
    return hidden ? "[secret]" : plainText(value);
}

/** In full where it is short. A list of maps says too much, and may hold a secret. */
function listText(list: readonly unknown[], hidden: boolean): string {
    if (list.length === 0) {
        return "an empty list";
    }
    return hidden || list.some((item) => typeof item === "object") ? "a list" : `[${list.map(plainText).join(", ")}]`;
}

/** JSON has no word for a number that is none. */
function plainText(value: unknown): string {
    return typeof value === "number" ? String(value) : JSON.stringify(value);
}
