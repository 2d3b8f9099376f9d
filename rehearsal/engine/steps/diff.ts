import { formatPath, parsePath, type Path } from "../values/path.ts";
import {
    isMap,
    type Plain,
    type PlainMap,
    type Property,
    type PropertyMap,
    Secret,
    UNKNOWN,
} from "../values/property.ts";
import { type Change } from "../plugins/provider.ts";

/** Every leaf that differs. An unknown differs from everything, itself included. */
export function compare(before: PlainMap, after: PlainMap): Change[] {
    const changes: Change[] = [];
    walk([], before, after, changes);
    return changes;
}

function walk(path: Path, before: Plain | undefined, after: Plain | undefined, changes: Change[]): void {
    const keys = sharedKeys(before, after);
    if (keys !== undefined) {
        for (const key of keys) {
            walk([...path, key], at(before, key), at(after, key), changes);
        }
    } else if (before === undefined || after === undefined) {
        changes.push({ path: formatPath(path), kind: before === undefined ? "add" : "delete" });
    } else if (before !== after || after === UNKNOWN) {
        changes.push({ path: formatPath(path), kind: "update" });
    }
}

function sharedKeys(before: unknown, after: unknown): (string | number)[] | undefined {
    if (Array.isArray(before) && Array.isArray(after)) {
        return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    }
    return isMap(before) && isMap(after) ? [...new Set([...Object.keys(before), ...Object.keys(after)])] : undefined;
}

/** The value at one step of a path, if there is one. */
export function at<T>(value: T, key: string | number): T | undefined {
    return Array.isArray(value)
        ? (value as T[])[Number(key)]
        : isMap(value) && Object.hasOwn(value, key)
          ? (value as Record<string, T>)[key]
          : undefined;
}

/** The new inputs with what `ignoreChanges` names put back to what it was. */
export function ignoring(wanted: PropertyMap, before: PropertyMap, patterns: readonly string[]): PropertyMap {
    return patterns.reduce<PropertyMap>(
        (map, pattern) => restore(parsePath(pattern), before, map) as PropertyMap,
        wanted,
    );
}

function restore(path: Path, before: Property | undefined, now: Property | undefined): Property | undefined {
    const [step, ...rest] = path;
    if (step === undefined) {
        return before;
    }
    if (now instanceof Secret || before instanceof Secret) {
        const inner = restore(path, before instanceof Secret ? before.value : before, unwrapOnce(now));
        return inner === undefined ? undefined : new Secret(inner);
    }
    if (!Array.isArray(now) && !isMap(now)) {
        return now;
    }
    const copy: PropertyMap | Property[] = Array.isArray(now) ? [...now] : { ...(now as PropertyMap) };
    const keys = step === "*" ? (sharedKeys(before, now) ?? Object.keys(now)) : [step];
    for (const key of keys) {
        const value = restore(rest, before === undefined ? undefined : at(before, key), at<Property>(now, key));
        if (value !== undefined) {
            (copy as PropertyMap)[key] = value;
        } else if (Array.isArray(copy)) {
            copy.length = Math.min(copy.length, Number(key));
        } else {
            Reflect.deleteProperty(copy, key);
        }
    }
    return copy;
}

function unwrapOnce(value: Property | undefined): Property | undefined {
    return value instanceof Secret ? value.value : value;
}
