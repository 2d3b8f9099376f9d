import { isDeepStrictEqual } from "node:util";

import { isMap, type Plain, type PlainMap } from "../../engine/values/property.ts";

/**
 * The inputs with what somebody else has changed since. Only fields that the inputs have are looked at, and what is there
 * is held against what was there last and not against the inputs themselves, since the API server words much of what it is
 * given in its own way: `1000m` becomes `1`, and an empty list is left out.
 */
export function inputsSince(inputs: PlainMap, recorded: PlainMap, live: PlainMap): PlainMap {
    const { stringData, ...rest } = inputs;
    const shown = since(rest, recorded, live) as PlainMap;
    return isMap(stringData) ? { ...shown, stringData: textsSince(stringData, recorded.data, live.data) } : shown;
}

/** Undefined for what was there, and is no longer. */
function since(input: Plain, recorded: Plain | undefined, live: Plain | undefined): Plain | undefined {
    if (isMap(input) && isMap(recorded) && isMap(live)) {
        return entriesSince(input, (key) => since(input[key] ?? null, recorded[key], live[key]));
    }
    if (sameLength(input, recorded) && sameLength(input, live)) {
        return (input as Plain[]).map((item, index) => since(item, recorded[index], live[index]) ?? item);
    }
    return isDeepStrictEqual(recorded, live) ? input : live;
}

/** The API server keeps the texts of a Secret as base64. */
function textsSince(texts: PlainMap, recorded: Plain | undefined, live: Plain | undefined): PlainMap {
    const [before, now] = [recorded, live].map((data) => (isMap(data) ? data : {}));
    return entriesSince(texts, (key) => {
        const value = now?.[key];
        if (value === before?.[key]) {
            return texts[key];
        }
        return value === undefined ? undefined : Buffer.from(String(value), "base64").toString();
    });
}

function entriesSince(map: PlainMap, value: (key: string) => Plain | undefined): PlainMap {
    const entries = Object.keys(map).map((key) => [key, value(key)] as const);
    return Object.fromEntries(entries.filter(([, found]) => found !== undefined)) as PlainMap;
}

function sameLength(input: Plain, other: Plain | undefined): other is Plain[] {
    return Array.isArray(input) && Array.isArray(other) && input.length === other.length;
}
