import { at } from "../steps/diff.ts";
import { parsePath, type Path } from "./path.ts";
import {
    isMap,
    mapValues,
    type Plain,
    type PlainMap,
    type Property,
    type PropertyMap,
    Secret,
    UNKNOWN,
    worded,
} from "./property.ts";

/** Takes secrets away, for a provider's eyes. */
export function plainMap(map: PropertyMap): PlainMap {
    return plain(map) as PlainMap;
}

function plain(value: Property): Plain {
    return worded<Plain>(value, { secret: (secret) => plain(secret.value), unknown: () => UNKNOWN });
}

/** A copy for people. */
export function masked(value: Property): unknown {
    return worded<unknown>(value, { secret: () => "[secret]", unknown: () => "[unknown]" });
}

/** Makes secret again what stands where a secret stood in `model`, and what lies at one of `paths`. */
export function secretLike(value: PlainMap, model: PropertyMap, paths: readonly string[] = []): PropertyMap {
    const marked = paths.reduce<Property>((map, path) => mark(map, parsePath(path)), like(value, model));
    return marked as PropertyMap;
}

function like(value: Plain, model: Property | undefined): Property {
    if (model instanceof Secret) {
        return new Secret(value);
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => like(item, model && at<Property>(model, index)));
    }
    return isMap(value) ? mapValues<Plain, Property>(value, (item, key) => like(item, model && at(model, key))) : value;
}

function mark(value: Property, path: Path): Property {
    const [step, ...rest] = path;
    if (step === undefined || value instanceof Secret) {
        return new Secret(value);
    }
    const below = (item: Property, key: string | number): Property =>
        step === "*" || step === key ? mark(item, rest) : item;
    return Array.isArray(value) ? value.map(below) : isMap(value) ? mapValues<Property, Property>(value, below) : value;
}
