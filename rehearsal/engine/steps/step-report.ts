import { at } from "./diff.ts";
import { parsePath } from "../values/path.ts";
import { type Property, type PropertyMap } from "../values/property.ts";
import { type Change, type Provider } from "../plugins/provider.ts";
import { masked } from "../values/secrecy.ts";
import { type ResourceState } from "../state/state.ts";

export type StepKind =
    | ("same" | "create" | "update" | "replace" | "delete" | "delete-replaced" | "discard" | "read")
    /** What a refresh finds: changed by somebody else, or no longer there. */
    | ("refresh" | "refresh-gone");

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

export function text(value: Property): string {
    return JSON.stringify(masked(value));
}

/** One line per changed input, or per input of what is new. */
export function differences({ kind, before, after, changes, replacePaths = [] }: StepShown): string[] {
    if (kind === "create") {
        return Object.entries(after?.inputs ?? {}).map(([key, value]) => `      + ${key}: ${text(value)}`);
    }
    return (changes ?? []).map(({ path, kind: change }) => {
        const [was, is] = [shownAt(before?.inputs, path), shownAt(after?.inputs, path)];
        const forces = replacePaths.includes(path) ? " (forces replacement)" : "";
        const shown = change === "add" ? is : change === "delete" ? was : `${was} => ${is}`;
        return `      ${signs[change]} ${path}: ${shown}${forces}`;
    });
}

/** What lies inside a secret is shown as the secret. */
function shownAt(map: PropertyMap = {}, path: string): string {
    const down = (value: unknown, step: string | number) => (typeof value === "string" ? value : at(value, step));
    return JSON.stringify(parsePath(path).reduce<unknown>(down, masked(map))) ?? "";
}

/** The step as `pulumi preview --json` has it. */
export function digestOf({ kind, urn, before, after, changes, replacePaths = [] }: StepShown): Record<string, unknown> {
    const detail = (changes ?? []).map(({ path, kind: change }) => {
        const forces = replacePaths.includes(path);
        return [path, { kind: forces ? `${change}-replace` : change, inputDiff: true }] as const;
    });
    const state = (resource: ResourceState | undefined): unknown =>
        resource && { ...resource, inputs: masked(resource.inputs), outputs: masked(resource.outputs) };
    return {
        op: kind,
        urn,
        provider: (after ?? before)?.provider,
        oldState: state(before),
        newState: state(after),
        diffReasons: changedKeys(changes),
        replaceReasons: replacePaths,
        detailedDiff: Object.fromEntries(detail),
    };
}

/** The top-level inputs that changes lie in. */
export function changedKeys(changes: readonly Change[] = []): string[] {
    return [...new Set(changes.map(({ path }) => String(parsePath(path)[0])))];
}
