import { type Writable } from "node:stream";

import { at } from "./diff.ts";
import { parsePath } from "./path.ts";
import { type Property, type PropertyMap, Secret } from "./property.ts";
import { type Change, type Provider } from "./provider.ts";
import { LiveTree } from "./live-tree.ts";
import { masked } from "./secrecy.ts";
import { type ResourceState } from "./state.ts";
import { isDefaultProvider, nameOf } from "./urn.ts";

export type StepKind = "same" | "create" | "update" | "replace" | "delete" | "delete-replaced" | "discard" | "read";

export interface StepShown {
    readonly kind: StepKind;
    readonly urn: string;
    readonly provider: Provider;
    readonly before?: ResourceState | undefined;
    readonly after?: ResourceState | undefined;
    readonly changes?: readonly Change[];
    readonly replacePaths?: readonly string[];
}

export interface StepLine {
    progress(message: string): void;
    done(): void;
    failed(): void;
}

export type Severity = "debug" | "info" | "warning" | "error";

interface Diagnostic {
    readonly severity: Severity;
    readonly message: string;
    readonly urn: string;
}

export interface DisplayOptions {
    readonly output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
    readonly preview: boolean;
    readonly diff: boolean;
    readonly json: boolean;
}

const signs = { add: "+", delete: "-", update: "~" } as const;

const kinds: Readonly<Record<StepKind, readonly [sign: string, doing: string, done: string]>> = {
    same: [" ", "", "unchanged"],
    create: ["+", "creating", "created"],
    update: ["~", "updating", "updated"],
    replace: ["+-", "replacing", "replaced"],
    delete: ["-", "deleting", "deleted"],
    "delete-replaced": ["-", "deleting the replaced", "deleted, as replaced"],
    discard: ["-", "leaving", "left in place, no longer managed"],
    read: ["<", "reading", "read"],
};

/** Says what happens: a tree on a terminal, plain lines elsewhere, or one JSON digest at the end. */
export class Display {
    readonly counts: Partial<Record<StepKind, number>> = {};
    readonly #options: DisplayOptions;
    readonly #tree: LiveTree | undefined;
    readonly #diagnostics: Diagnostic[] = [];
    readonly #digest: Record<string, unknown>[] = [];

    constructor(options: DisplayOptions) {
        this.#options = options;
        this.#tree = options.output.isTTY === true && !options.json ? new LiveTree(options.output) : undefined;
    }

    /** Begins the line of a step. */
    begin(step: StepShown): StepLine {
        const [sign, doing, done] = kinds[step.kind];
        const { preview } = this.#options;
        const began = performance.now();
        const state = step.after ?? step.before;
        const mark = step.provider.recorded ? " (recorded)" : "";
        const keys = [...new Set((step.changes ?? []).map(({ path }) => String(parsePath(path)[0])))];
        const touched = keys.length > 0 && step.kind !== "create" ? ` [${keys.join(", ")}]` : "";
        const title = `${sign} ${state?.type ?? ""} ${nameOf(step.urn)}${mark}`;
        const say = (what: string, ended: boolean): void => {
            const took = performance.now() - began;
            const lasted = ended && !preview && took >= 100 ? ` (${(took / 1000).toFixed(1)} s)` : "";
            if (this.#tree !== undefined) {
                this.#tree.set(step.urn, state?.parent, `${title} ${what}${touched}${lasted}`, ended);
            } else {
                this.#write(`${title} ${what}${touched}${lasted}`);
            }
        };
        // Nobody wrote a default provider, so it is no news and no count, as in Pulumi.
        const unasked = state !== undefined && isDefaultProvider(state);
        const quiet = step.kind === "same" || unasked;
        if (!preview && !quiet && (state?.custom ?? false)) {
            say(doing, false);
        }
        return {
            progress: (message) => say(`${doing}: ${message}`, false),
            failed: () => say("failed", true),
            done: () => {
                if (unasked) {
                    return;
                }
                this.counts[step.kind] = (this.counts[step.kind] ?? 0) + 1;
                this.#digest.push(digestOf(step));
                if (!quiet) {
                    say(preview ? step.kind : done, true);
                    if (this.#options.diff) {
                        this.#print(differences(step).join("\n"));
                    }
                }
            },
        };
    }

    /** A message of the program or of a provider. Ephemeral ones are for the moment only. */
    log(severity: Severity, message: string, urn: string, ephemeral = false): void {
        if (severity === "debug") {
            return;
        }
        if (ephemeral) {
            this.#tree?.note(urn, message);
            return;
        }
        this.#diagnostics.push({ severity, message, urn });
        if (this.#tree === undefined) {
            this.#write(`${urn === "" ? "" : `${nameOf(urn)}: `}${severity}: ${message}`);
        } else {
            this.#tree.note(urn, `${severity}: ${message.split("\n")[0] ?? ""}`);
        }
    }

    notice(text: string): void {
        this.#print(text);
    }

    /** Ends the display with messages, outputs and counts. `advice` is what to do after a failure. */
    end(outputs: PropertyMap | undefined, durationMs: number, advice: string | undefined): void {
        this.#tree?.end();
        if (this.#options.json) {
            const digest = {
                steps: this.#digest,
                diagnostics: this.#diagnostics,
                outputs: masked(outputs ?? {}),
                duration: Math.round(durationMs * 1e6),
                changeSummary: this.counts,
            };
            this.#options.output.write(`${JSON.stringify(digest, undefined, 4)}\n`);
            return;
        }
        if (this.#diagnostics.length > 0 && this.#tree !== undefined) {
            const lines = this.#diagnostics.map(
                ({ severity, message, urn }) => `  ${nameOf(urn)}: ${severity}: ${message}`,
            );
            this.#write(`\nDiagnostics:\n${lines.join("\n")}`);
        }
        const shown = Object.entries(outputs ?? {}).map(([key, value]) => `    ${key}: ${text(value)}`);
        if (shown.length > 0) {
            this.#write(`\nOutputs:\n${shown.join("\n")}`);
        }
        const counts = Object.entries(this.counts).map(([kind, count]) => {
            const [sign, , done] = kinds[kind as StepKind];
            return `    ${sign} ${count} ${this.#options.preview && kind !== "same" ? `to ${kind}` : done}`;
        });
        this.#write(`\nResources:\n${counts.join("\n")}\n\nDuration: ${(durationMs / 1000).toFixed(1)} s`);
        if (advice !== undefined) {
            this.#write(advice);
        }
    }

    #print(lines: string): void {
        if (lines === "") {
            return;
        }
        if (this.#tree === undefined) {
            this.#write(lines);
        } else {
            this.#tree.print(lines);
        }
    }

    #write(lines: string): void {
        if (!this.#options.json) {
            this.#options.output.write(`${lines}\n`);
        }
    }
}

function text(value: Property | undefined): string {
    return value === undefined ? "" : JSON.stringify(masked(value));
}

function differences({ kind, before, after, changes, replacePaths = [] }: StepShown): string[] {
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

function digestOf({ kind, urn, before, after, changes = [], replacePaths = [] }: StepShown): Record<string, unknown> {
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
