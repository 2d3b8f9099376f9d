import { type Property, Secret, UNKNOWN } from "../engine/values/property.ts";
import { nameOf } from "../engine/values/urn.ts";
import { type Recorded, type Recording } from "./recording.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A recording as reviewers read it: by name, in a fixed order, without secrets and without what is not said. */
export function readable({ resources, outputs }: Recording): Json {
    return {
        resources: Object.fromEntries(
            resources
                .filter(({ type }) => type !== "pulumi:pulumi:Stack")
                .map((resource): [string, Json] => [`${resource.name} (${resource.type})`, readableResource(resource)])
                .sort(([one], [other]) => compare(one, other)),
        ),
        outputs: readableValue(outputs),
    };
}

/** Where two readings first differ, for people; undefined where they do not. */
export function firstDifference(golden: Json | undefined, actual: Json | undefined, path = ""): string | undefined {
    if (golden === undefined || actual === undefined) {
        return golden === undefined
            ? `${path} is new: ${shortened(actual)}`
            : `${path} is gone. It was ${shortened(golden)}`;
    }
    const [was, is] = [below(golden), below(actual)];
    if (was === undefined || is === undefined) {
        return JSON.stringify(golden) === JSON.stringify(actual)
            ? undefined
            : `${path} was ${shortened(golden)} and is ${shortened(actual)}`;
    }
    for (const key of [...new Set([...was.keys(), ...is.keys()])].sort(compare)) {
        const difference = firstDifference(was.get(key), is.get(key), path === "" ? key : `${path} → ${key}`);
        if (difference !== undefined) {
            return difference;
        }
    }
    return undefined;
}

/** What a map or a list holds, by key or place; undefined for what holds nothing. */
function below(value: Json): Map<string, Json> | undefined {
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function readableResource(resource: Recorded): Json {
    const entries: [string, Json | undefined][] = [
        ["parent", nameOf(resource.parent).replace(/^airflow-linkerd-\w+$/, "")],
        ["provider", resource.provider === "" ? "" : nameOf(resource.provider.replace(/::[^:]*$/, ""))],
        ["dependsOn", resource.dependencies.map(nameOf).sort(compare)],
        ["protect", resource.protect],
        ["retainOnDelete", resource.retainOnDelete],
        ["deleteBeforeReplace", resource.deleteBeforeReplace],
        ["ignoreChanges", [...resource.ignoreChanges]],
        ["replaceOnChanges", [...resource.replaceOnChanges]],
        ["timeouts", resource.customTimeouts as Record<string, number>],
        ["inputs", readableValue(resource.inputs)],
    ];
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => !isEmpty(entry[1])));
}

function readableValue(value: Property): Json {
    if (value === UNKNOWN) {
        return "[unknown]";
    }
    if (value instanceof Secret) {
        return "[secret]";
    }
    if (Array.isArray(value)) {
        return value.map(readableValue);
    }
    if (value !== null && typeof value === "object") {
        const sorted = Object.entries(value).sort(([one], [other]) => compare(one, other));
        return Object.fromEntries(sorted.map(([key, item]) => [key, readableValue(item)]));
    }
    // One line per line, so that a change in a template shows as the line that changed.
    return typeof value === "string" && value.includes("\n") ? value.split("\n") : value;
}

function isEmpty(value: Json | undefined): boolean {
    return (
        value === undefined ||
        value === "" ||
        (typeof value === "object" && value !== null && Object.keys(value).length === 0)
    );
}

function shortened(value: Json | undefined): string {
    const text = JSON.stringify(value);
    return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

/** The same on every machine, whatever its language. */
function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}
