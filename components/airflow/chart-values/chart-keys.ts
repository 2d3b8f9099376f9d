import { type ChartValues } from "../../chart-values.ts";

/** The keys that a chart takes: below each its own, `value` where it takes one, `map` where it takes any keys. */
export interface ChartKeys {
    readonly [key: string]: ChartKeys | "value" | "map";
}

/** A key that the chart does not take, with those that it takes in its place. */
export interface UnknownKey {
    readonly path: readonly string[];
    readonly value: unknown;
    readonly known: readonly string[];
}

/** Reads keys as they are packed: `key`, `key*` for a map, `key(…)` with the keys below. */
export function unpacked(text: string): ChartKeys {
    const words = text.matchAll(/([\w.-]+)(\*|\()?|(\))/g);
    const level = (): ChartKeys => {
        const keys: Record<string, ChartKeys[string]> = {};
        for (let word = words.next(); !word.done; word = words.next()) {
            const [, key, mark, end] = word.value;
            if (end !== undefined || key === undefined) {
                break;
            }
            keys[key] = mark === "(" ? level() : mark === "*" ? "map" : "value";
        }
        return keys;
    };
    return level();
}

/** What of `values` the chart does not take, and Helm would pass over without a word. */
export function unknownKeys(values: ChartValues, keys: ChartKeys, above: readonly string[] = []): UnknownKey[] {
    return Object.entries(values).flatMap(([key, value]): UnknownKey[] => {
        const path = [...above, key];
        const below = Object.hasOwn(keys, key) ? keys[key] : undefined;
        if (below === undefined) {
            return [{ path, value, known: Object.keys(keys) }];
        }
        return typeof below === "object" && isMap(value) ? unknownKeys(value, below, path) : [];
    });
}

function isMap(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
