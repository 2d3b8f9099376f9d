import { type Writable } from "node:stream";

import { withoutSecrets } from "../../components/secrecy/without-secrets.ts";
import { LiveTree } from "./state/live-tree.ts";
import { type Property, type PropertyMap, worded } from "./values/property.ts";
import { masked, plainMap } from "./values/secrecy.ts";
import { changedKeys, differences, digestOf, type StepKind, type StepShown, text } from "./steps/step-report.ts";
import { isDefaultProvider, nameOf } from "./values/urn.ts";

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

const kinds: Readonly<Record<StepKind, readonly [sign: string, doing: string, done: string]>> = {
    same: [" ", "", "unchanged"],
    create: ["+", "creating", "created"],
    update: ["~", "updating", "updated"],
    replace: ["+-", "replacing", "replaced"],
    delete: ["-", "deleting", "deleted"],
    "delete-replaced": ["-", "deleting the replaced", "deleted, as replaced"],
    discard: ["-", "leaving", "left in place, no longer managed"],
    read: ["<", "reading", "read"],
    refresh: ["~", "", "has changed since"],
    "refresh-gone": ["-", "", "is gone"],
};

/** What is as true in a preview as in a run. */
const seen: readonly StepKind[] = ["same", "refresh", "refresh-gone"];

/** Shorter texts, such as "true" or "airflow", stand in too many places that have nothing to do with the secret. */
const SHORTEST_CONCEALED = 8;

/** Says what happens: a tree on a terminal, plain lines elsewhere, or one JSON digest at the end. */
export class Display {
    readonly counts: Partial<Record<StepKind, number>> = {};
    readonly #options: DisplayOptions;
    /** Until the end of the run, and only on a terminal. */
    #tree: LiveTree | undefined;
    readonly #diagnostics: Diagnostic[] = [];
    readonly #digest: Record<string, unknown>[] = [];
    readonly #secrets = new Set<string>();

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
        const keys = changedKeys(step.changes);
        const touched = keys.length > 0 && step.kind !== "create" ? ` [${keys.join(", ")}]` : "";
        const title = `${sign} ${state?.type ?? ""} ${nameOf(step.urn)}${mark}`;
        const say = (what: string, ended: boolean): void => {
            const took = performance.now() - began;
            const lasted = ended && !preview && took >= 100 ? ` (${(took / 1000).toFixed(1)} s)` : "";
            const line = `${title} ${what}${touched}${lasted}`;
            if (this.#tree === undefined) {
                this.print(line);
            } else {
                // A replaced resource has the same URN as its replacement, and a line of its own.
                const row = step.kind === "delete-replaced" ? `${step.urn} (replaced)` : step.urn;
                this.#tree.set(row, state?.parent, line, ended);
            }
        };
        // Nobody wrote a default provider, so it is no news and no count, as in Pulumi.
        const unasked = state !== undefined && isDefaultProvider(state);
        const quiet = step.kind === "same" || unasked;
        if (!preview && !quiet && doing !== "" && (state?.custom ?? false)) {
            say(doing, false);
        }
        return {
            progress: (message) => say(`${doing}: ${this.#concealed(message)}`, false),
            failed: () => say("failed", true),
            done: () => {
                if (unasked) {
                    return;
                }
                this.counts[step.kind] = (this.counts[step.kind] ?? 0) + 1;
                this.#digest.push(digestOf(step));
                if (!quiet) {
                    say(preview && !seen.includes(step.kind) ? step.kind : done, true);
                    if (this.#options.diff) {
                        differences(step).forEach((line) => this.print(line));
                    }
                }
            },
        };
    }

    /** From now on no message shows the texts of these secrets, wherever it came from. */
    conceal(values: PropertyMap): void {
        const gather = (value: Property): void => {
            if (typeof value === "string" && value.length >= SHORTEST_CONCEALED) {
                this.#secrets.add(value);
            } else if (value !== null && typeof value === "object") {
                Object.values(value).forEach(gather);
            }
        };
        worded(values, { secret: ({ value }) => gather(plainMap({ value })), unknown: () => undefined });
    }

    /** A message of the program or of a provider. On a terminal it comes below the tree. */
    log(severity: Severity, said: string, urn: string, ephemeral = false): void {
        const message = this.#concealed(said);
        if (severity === "debug" || ephemeral) {
            return;
        }
        this.#diagnostics.push({ severity, message, urn });
        if (this.#tree === undefined) {
            this.print(`${urn === "" ? "" : `${nameOf(urn)}: `}${severity}: ${message}`);
        }
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
        const inTree = this.#tree !== undefined;
        this.#tree = undefined;
        if (this.#diagnostics.length > 0 && inTree) {
            const lines = this.#diagnostics.map(
                ({ severity, message, urn }) => `  ${nameOf(urn)}: ${severity}: ${message}`,
            );
            this.print(`\nDiagnostics:\n${lines.join("\n")}`);
        }
        const shown = Object.entries(outputs ?? {}).map(([key, value]) => `    ${key}: ${text(value)}`);
        if (shown.length > 0) {
            this.print(`\nOutputs:\n${shown.join("\n")}`);
        }
        const counts = Object.entries(this.counts).map(([kind, count]) => {
            const [sign, , done] = kinds[kind as StepKind];
            const planned = this.#options.preview && !seen.includes(kind as StepKind);
            return `    ${sign} ${count} ${planned ? `to ${kind}` : done}`;
        });
        this.print(`\nResources:\n${counts.join("\n")}\n\nDuration: ${(durationMs / 1000).toFixed(1)} s`);
        if (advice !== undefined) {
            this.print(advice);
        }
    }

    #concealed(message: string): string {
        const known = [...this.#secrets].reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), message);
        // What a library knows of somebody else's secrets, the state does not.
        return withoutSecrets(known);
    }

    /** Above the tree, if there is one. */
    print(lines: string): void {
        if (this.#tree !== undefined) {
            this.#tree.print(lines);
        } else if (!this.#options.json) {
            this.#options.output.write(`${lines}\n`);
        }
    }
}
