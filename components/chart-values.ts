/** Helm values: plain JSON. Secrets never go here; charts are given the names of Secrets instead. */
export type ChartValues = { readonly [key: string]: unknown };

/**
 * The values given to a chart, in three layers: our defaults, what the stack asks for, and what the platform promises.
 * A later layer wins, so a stack can resize a chart's parts but cannot undo a promise by accident. Objects are merged.
 * A list of the stack's replaces a default list. A promised list of objects is appended, so that the platform's volumes
 * do not remove the stack's; a promised list of plain words, such as a command, replaces. Anything else is replaced.
 */
export function layered(defaults: ChartValues, asked: ChartValues, promised: ChartValues): ChartValues {
    return merged(merged(defaults, asked, replaced), promised, joined);
}

function merged(under: ChartValues, over: ChartValues, lists: (below: unknown[], above: unknown[]) => unknown[]) {
    const result: Record<string, unknown> = { ...under };
    for (const [key, value] of Object.entries(over)) {
        const below = result[key];
        if (isObject(below) && isObject(value)) {
            result[key] = merged(below, value, lists);
        } else {
            result[key] = Array.isArray(below) && Array.isArray(value) ? lists(below, value) : value;
        }
    }
    return result;
}

const replaced = (_below: unknown[], above: unknown[]) => above;

const joined = (below: unknown[], above: unknown[]) => (above.every(isObject) ? [...below, ...above] : above);

function isObject(value: unknown): value is ChartValues {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
