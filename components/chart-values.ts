/** Helm values: plain JSON. Secrets never go here; charts are given the names of Secrets instead. */
export type ChartValues = { readonly [key: string]: unknown };

/**
 * The values given to a chart: our defaults, then what the stack asks for, then what the platform promises. A stack may
 * so resize a chart's parts, but cannot undo a promise by accident. Objects are merged; anything else, lists too, is
 * replaced as a whole.
 */
export function layered(defaults: ChartValues, asked: ChartValues, promised: ChartValues): ChartValues {
    return merged(merged(defaults, asked), promised);
}

function merged(under: ChartValues, over: ChartValues): ChartValues {
    const result: Record<string, unknown> = { ...under };
    for (const [key, value] of Object.entries(over)) {
        const below = result[key];
        result[key] = isObject(below) && isObject(value) ? merged(below, value) : value;
    }
    return result;
}

function isObject(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
