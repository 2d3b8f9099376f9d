import { type Writable } from "node:stream";

import { LiveTree } from "./live-tree.ts";
import { type Property, type PropertyMap, worded } from "./property.ts";
import { masked, plainMap } from "./secrecy.ts";
import { changedKeys, differences, digestOf, type StepKind, type StepShown, text } from "./step-report.ts";
import { isDefaultProvider, nameOf } from "./urn.ts";

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
};

/** Shorter texts, such as "true" or "airflow", stand in too many places that have nothing to do with the secret. */
const SHORTEST_CONCEALED = 8;

/** Says what happens: a tree on a terminal, plain lines elsewhere, or one JSON digest at the end. */
export class Display {
    readonly counts: Partial<Record<StepKind, number>> = {};
    readonly #options: DisplayOptions;
    readonly #tree: LiveTree | undefined;
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
        const keys = changedKeys(step.changes ?? []);
        const touched = keys.length > 0 && step.kind !== "create" ? ` [${keys.join(", ")}]` : "";
        const title = `${sign} ${state?.type ?? ""} ${nameOf(step.urn)}${mark}`;
        const say = (what: string, ended: boolean): void => {
            const took = performance.now() - began;
            const lasted = ended && !preview && took >= 100 ? ` (${(took / 1000).toFixed(1)} s)` : "";
            const line = `${title} ${what}${touched}${lasted}`;
            if (this.#tree === undefined) {
                this.#write(line);
            } else {
                // A replaced resource has the same URN as its replacement, and a line of its own.
                const row = step.kind === "delete-replaced" ? `${step.urn} (replaced)` : step.urn;
                this.#tree.set(row, state?.parent, line, ended);
            }
        };
        // Nobody wrote a default provider, so it is no news and no count, as in Pulumi.
        const unasked = state !== undefined && isDefaultProvider(state);
        const quiet = step.kind === "same" || unasked;
        if (!preview && !quiet && (state?.custom ?? false)) {
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
                    say(preview ? step.kind : done, true);
                    if (this.#options.diff) {
                        this.#print(differences(step).join("\n"));
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
        worded(values, {
            secret: ({ value }) => gather(plainMap({ value })),
            reference: () => undefined,
            unknown: () => undefined,
        });
    }

    /** A message of the program or of a provider. Ephemeral ones are for the moment only. */
    log(severity: Severity, said: string, urn: string, ephemeral = false): void {
        const message = this.#concealed(said);
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

    #concealed(message: string): string {
        return [...this.#secrets].reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), message);
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
