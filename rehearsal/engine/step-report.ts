import { at } from "./diff.ts";
import { parsePath } from "./path.ts";
import { type Property, type PropertyMap, Secret } from "./property.ts";
import { type Change, type Provider } from "./provider.ts";
import { masked } from "./secrecy.ts";
import { type ResourceState } from "./state.ts";

export type StepKind = "same" | "create" | "update" | "replace" | "delete" | "delete-replaced" | "discard" | "read";

/** What there is to say about a step. */
export interface StepShown {
    readonly kind: StepKind;
    readonly urn: string;
    readonly provider: Provider;
    readonly before?: ResourceState | undefined;
    readonly after?: ResourceState | undefined;
    readonly changes?: readonly Change[];
    readonly replacePaths?: readonly string[];
}

const signs = { add: "+", delete: "-", update: "~" } as const;

export function text(value: Property | undefined): string {
    return value === undefined ? "" : JSON.stringify(masked(value));
}

/** One line per changed input, or per input of what is new. */
export function differences({ kind, before, after, changes, replacePaths = [] }: StepShown): string[] {
    if (kind === "create") {
        return Object.entries(after?.inputs ?? {}).map(([key, value]) => `      + ${key}: ${text(value)}`);
    }
    return (changes ?? []).map(({ path, kind: change }) => {
        const values = [before, after].map((state) => text(valueAt(state?.inputs, path)));
        const [was, is] = [values[0] ?? "", values[1] ?? ""];
        const forces = replacePaths.includes(path) ? " (forces replacement)" : "";
        const shown = change === "add" ? is : change === "delete" ? was : `${was} => ${is}`;
        return `      ${signs[change]} ${path}: ${shown}${forces}`;
    });
}

/** What lies inside a secret is as secret. */
function valueAt(map: PropertyMap | undefined, path: string): Property | undefined {
    let value: Property | undefined = map;
    for (const step of parsePath(path)) {
        if (value === undefined || value instanceof Secret) {
            return value;
        }
        value = at(value, step);
    }
    return value;
}

/** The step as `pulumi preview --json` has it. */
export function digestOf({
    kind,
    urn,
    before,
    after,
    changes = [],
    replacePaths = [],
}: StepShown): Record<string, unknown> {
    const state = (resource: ResourceState | undefined): unknown =>
        resource && { ...resource, inputs: masked(resource.inputs), outputs: masked(resource.outputs) };
    return {
        op: kind,
        urn,
        provider: (after ?? before)?.provider,
        oldState: state(before),
        newState: state(after),
        diffReasons:
            changes.length > 0 ? [...new Set(changes.map(({ path }) => String(parsePath(path)[0])))] : undefined,
        replaceReasons: replacePaths.length > 0 ? replacePaths : undefined,
        detailedDiff:
            changes.length > 0
                ? Object.fromEntries(
                      changes.map(({ path, kind: change }) => [
                          path,
                          { kind: replacePaths.includes(path) ? `${change}-replace` : change, inputDiff: true },
                      ]),
                  )
                : undefined,
    };
}

/** The top-level inputs that changes lie in. */
export function changedKeys(changes: readonly Change[]): string[] {
    return [...new Set(changes.map(({ path }) => String(parsePath(path)[0])))];
}
