import { type Display } from "../display.ts";
import { type Gate } from "../program/gate.ts";
import { type Entry, type Journal } from "../state/journal.ts";
import { hasUnknown, type PlainMap } from "../values/property.ts";
import {
    type Change,
    type Operation,
    PartialFailure,
    type Provider,
    type ProviderState,
    type ResourceAddress,
} from "../plugins/provider.ts";
import { bookkeeping, type ProviderPool } from "../plugins/provider-pool.ts";
import { plainMap, secretLike } from "../values/secrecy.ts";
import { type PendingOperation, type ResourceState } from "../state/state.ts";
import { type StepShown } from "./step-report.ts";
import { nameOf } from "../values/urn.ts";

/** What a run's operations share. */
export interface Run {
    readonly preview: boolean;
    readonly journal: Journal;
    readonly pool: ProviderPool;
    readonly gate: Gate;
    readonly display: Display;
    readonly abort: AbortSignal;
}

interface Replacing extends Pick<StepShown, "before" | "changes" | "replacePaths"> {
    /** The old resource, if it is still there, to be deleted at the end. */
    readonly entry?: Entry;
}

interface Step extends Omit<StepShown, "urn"> {
    readonly type: PendingOperation["type"];
}

/**
 * Carries single steps out: each is written down before it touches the outside world, and again when it has, so that a
 * run that is killed at any moment leaves a state to go on from.
 */
export class Operations {
    readonly #run: Run;

    constructor(run: Run) {
        this.#run = run;
    }

    create(next: ResourceState, provider: Provider, replacing?: Replacing): Promise<ResourceState> {
        const { entry, ...shown } = replacing ?? {};
        const kind = replacing === undefined ? "create" : "replace";
        return this.#perform({ kind, type: "creating", provider, after: next, ...shown }, next, (operation) =>
            evenInPart(
                () => provider.create(addressOf(next), plainMap(next.inputs), operation),
                ({ id, outputs }, initErrors) => {
                    const known = next.custom && !operation.preview ? { id } : {};
                    const created = new Date().toISOString();
                    const state = { ...next, ...known, created, modified: created, initErrors };
                    const settled = this.#settle(state, outputs, provider);
                    if (entry !== undefined) {
                        this.#run.journal.condemn(entry, next.retainOnDelete ?? false);
                    }
                    return settled;
                },
            ),
        );
    }

    update(entry: Entry, next: ResourceState, provider: Provider, changes: readonly Change[]): Promise<ResourceState> {
        const before = entry.state;
        const { id = "", inputs, outputs: old } = before;
        const given = [addressOf(next), id, plainMap(inputs), plainMap(old), plainMap(next.inputs)] as const;
        const step = { kind: "update", type: "updating", provider, before, after: next, changes } as const;
        return this.#perform(step, next, (operation) =>
            evenInPart(
                async () => ({ id, outputs: await provider.update(...given, operation) }),
                ({ outputs }, initErrors) => {
                    const modified = new Date().toISOString();
                    const state = { ...next, id: before.id, created: before.created, modified, initErrors };
                    return this.#settle(state, outputs, provider, entry);
                },
            ),
        );
    }

    same(entry: Entry, next: ResourceState, provider: Provider): ResourceState {
        const { id, outputs, created, modified } = entry.state;
        const kept = next.custom ? secretLike(plainMap(outputs), outputs, secretPaths(next, provider)) : outputs;
        const state = { ...next, id, outputs: kept, created, modified };
        this.#run.journal.settle(state, entry);
        this.#run.display.begin({ kind: "same", urn: next.urn, provider, before: entry.state, after: state }).done();
        return state;
    }

    read(next: ResourceState, id: string, provider: Provider, entry: Entry | undefined): Promise<ResourceState> {
        return this.#perform({ kind: "read", type: "reading", provider, after: next }, next, async (operation) => {
            const found = await provider.read(addressOf(next), id, plainMap(next.inputs), undefined, operation);
            if (found === undefined) {
                throw new Error(`there is no ${next.type} with the id "${id}"`);
            }
            return this.#settle({ ...next, id: found.id }, found.outputs, provider, entry);
        });
    }

    /** `released` is called when what the resource depended on may go, and that may be before it is gone itself. */
    async delete(
        entry: Entry,
        kind: "delete" | "delete-replaced",
        released: () => void = () => undefined,
    ): Promise<void> {
        const { journal, pool, preview } = this.#run;
        const before = entry.state;
        // What was only read is nobody's to delete.
        if (before.external === true) {
            journal.forget(entry);
            return;
        }
        const retained = before.retainOnDelete === true;
        const provider = pool.of(before);
        const { id = "", inputs, outputs } = before;
        const step: Step = { kind: retained ? "discard" : kind, type: "deleting", provider, before };
        await this.#perform(step, before, async (operation) => {
            if (!preview && !retained) {
                const deletion = { ...operation, releaseDependencies: released };
                await provider.delete(addressOf(before), id, plainMap(inputs), plainMap(outputs), deletion);
            }
            journal.forget(entry);
        });
    }

    /** Records what the resource has become. A component's outputs come from the program alone. */
    #settle(next: ResourceState, made: PlainMap, provider: Provider, replaces?: Entry): ResourceState {
        if (!this.#run.preview && hasUnknown(made)) {
            throw new Error("its provider gave an unknown value although this is no preview");
        }
        const names = next.type === "pulumi:pulumi:StackReference" ? made.secretOutputNames : undefined;
        const referenced = Array.isArray(names) ? names.map((name) => `outputs[${JSON.stringify(name)}]`) : [];
        const outputs = next.custom
            ? secretLike(made, next.inputs, [...secretPaths(next, provider), ...referenced])
            : (replaces?.state.outputs ?? {});
        const state = { ...next, outputs };
        this.#run.display.conceal(outputs);
        this.#run.journal.settle(state, replaces);
        return state;
    }

    #perform<T>(step: Step, resource: ResourceState, work: (operation: Operation) => Promise<T>): Promise<T> {
        const { journal, gate, display, abort, preview } = this.#run;
        const { type, ...shown } = step;
        const outside = !preview && step.provider !== bookkeeping;
        return gate.run(async () => {
            display.conceal({ ...resource.inputs, before: step.before?.outputs ?? null });
            const line = display.begin({ ...shown, urn: resource.urn });
            const resumed = journal.wasInterrupted(resource.urn, type);
            const pending = outside ? journal.begin(type, resource) : undefined;
            let interrupted = false;
            try {
                if (pending !== undefined) {
                    await journal.save();
                }
                const result = await work({
                    preview,
                    resumed,
                    timeoutSeconds: resource.customTimeouts?.[timeoutNames[type]],
                    signal: abort,
                    progress: (message) => line.progress(message),
                    warn: (message) => display.log("warning", message, resource.urn),
                });
                line.done();
                return result;
            } catch (error) {
                // What was aborted may still have happened: the next run is told so.
                interrupted = abort.aborted;
                line.failed();
                throw error;
            } finally {
                if (pending !== undefined) {
                    if (!interrupted) {
                        journal.end(pending);
                    }
                    await journal.save();
                }
            }
        });
    }
}

export function addressOf({ urn, type }: ResourceState): ResourceAddress {
    return { urn, type, name: nameOf(urn) };
}

/** Settles what came of the work, also when it was made but did not become what was asked for. */
async function evenInPart(
    work: () => Promise<ProviderState>,
    settle: (made: ProviderState, initErrors?: string[]) => ResourceState,
): Promise<ResourceState> {
    try {
        return settle(await work());
    } catch (error) {
        if (error instanceof PartialFailure) {
            settle(error.state, [error.message]);
        }
        throw error;
    }
}

export function secretPaths(next: ResourceState, provider: Provider): readonly string[] {
    return [...(next.additionalSecretOutputs ?? []), ...provider.secretOutputs(next.type)];
}

const timeoutNames = { creating: "create", updating: "update", deleting: "delete", reading: "read" } as const;
