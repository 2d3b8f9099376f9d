import { at } from "./diff.ts";
import { parsePath, type Path } from "./path.ts";
import {
    isMap,
    type Plain,
    type PlainMap,
    type Property,
    type PropertyMap,
    ResourceReference,
    Secret,
} from "./property.ts";

/** Takes secrets and references away, for a provider's eyes. */
export function plainMap(map: PropertyMap): PlainMap {
    return plain(map) as PlainMap;
}

function plain(value: Property): Plain {
    if (value instanceof Secret) {
        return plain(value.value);
    }
    if (value instanceof ResourceReference) {
        return value.id ?? value.urn;
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    return isMap(value) ? mapValues<Property, Plain>(value, plain) : (value as Plain);
}

/** Makes secret again what stands where a secret stood in `model`, and what lies at one of `paths`. */
export function secretLike(value: PlainMap, model: PropertyMap, paths: readonly string[] = []): PropertyMap {
    return paths.reduce<PropertyMap>(
        (map, path) => markSecret(map, parsePath(path)) as PropertyMap,
        like(value, model) as PropertyMap,
    );
}

function like(value: Plain, model: Property | undefined): Property {
    if (model instanceof Secret) {
        return new Secret(value);
    }
    if (model === undefined || model instanceof ResourceReference) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => like(item, at<Property>(model, index)));
    }
    return isMap(value) ? mapValues<Plain, Property>(value, (item, key) => like(item, at(model, key))) : value;
}

function markSecret(value: Property, path: Path): Property {
    const [step, ...rest] = path;
    if (step === undefined || value instanceof Secret) {
        return value instanceof Secret ? value : new Secret(value);
    }
    const named = (key: string | number): boolean => step === "*" || step === key;
    if (Array.isArray(value)) {
        return value.map((item, index) => (named(index) ? markSecret(item, rest) : item));
    }
    return isMap(value)
        ? mapValues<Property, Property>(value, (item, key) => (named(key) ? markSecret(item, rest) : item))
        : value;
}

/** A copy for people: each secret is replaced by what `show` makes of it. */
export function shown(value: Property, show: (secret: Secret) => unknown, unknown = "[unknown]"): unknown {
    if (value instanceof Secret) {
        return show(value);
    }
    if (value instanceof ResourceReference) {
        return typeof value.id === "string" ? value.id : value.urn;
    }
    if (Array.isArray(value)) {
        return value.map((item) => shown(item, show, unknown));
    }
    if (isMap(value)) {
        return mapValues<Property, unknown>(value, (item) => shown(item, show, unknown));
    }
    return typeof value === "symbol" ? unknown : value;
}

/** The usual copy for people. */
export function masked(value: Property): unknown {
    return shown(value, () => "[secret]");
}

function mapValues<From, To>(map: Record<string, From>, make: (value: From, key: string) => To): Record<string, To> {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, make(value, key)]));
}
