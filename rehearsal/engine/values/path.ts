import { EngineError } from "../engine-error.ts";

/** A way to a value inside another: `spec.ports[0]["a.b"]` is `["spec", "ports", 0, "a.b"]`. `*` stands for any key. */
export type Path = readonly (string | number)[];

const STEP = /\.?([^.[\]"]+)|\[(\d+)\]|\[(\*)\]|\["((?:[^"\\]|\\.)*)"\]/y;

export function parsePath(text: string): Path {
    const path: (string | number)[] = [];
    STEP.lastIndex = 0;
    while (STEP.lastIndex < text.length) {
        const at = STEP.lastIndex;
        const step = STEP.exec(text);
        if (step === null) {
            throw new EngineError(`"${text}" is no property path: it cannot be read from character ${at + 1} on`);
        }
        const [, key, index, any, quoted] = step;
        path.push(index === undefined ? (key ?? any ?? quoted?.replace(/\\(.)/g, "$1") ?? "") : Number(index));
    }
    return path;
}

export function formatPath(path: Path): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") {
            return `${text}[${step}]`;
        }
        const plain = step !== "" && !/[.[\]"]/.test(step);
        return plain ? (text === "" ? step : `${text}.${step}`) : `${text}[${JSON.stringify(step)}]`;
    }, "");
}

/** Whether `path` is what the pattern names, or lies inside it. */
export function covers(pattern: Path, path: Path): boolean {
    return pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}

export function coveredByAny(patterns: readonly string[], path: string): boolean {
    const parsed = parsePath(path);
    return patterns.some((pattern) => covers(parsePath(pattern), parsed));
}

/** Whether the path is named, lies inside what is named, or holds it. */
export function touchedByAny(patterns: readonly string[], path: string): boolean {
    const parsed = parsePath(path);
    return patterns.map(parsePath).some((pattern) => covers(pattern.slice(0, parsed.length), parsed));
}
