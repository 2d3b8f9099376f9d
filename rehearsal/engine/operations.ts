import { type Display } from "./display.ts";
import { type Gate } from "./gate.ts";
import { type Entry, type Journal } from "./journal.ts";
import { hasUnknown, type PlainMap, type PropertyMap } from "./property.ts";
import { type Change, type Operation, PartialFailure, type Provider, type ResourceAddress } from "./provider.ts";
import { bookkeeping, type ProviderPool } from "./provider-pool.ts";
import { plainMap, secretLike } from "./secrecy.ts";
import { type PendingOperation, type ResourceState } from "./state.ts";
import { type StepShown } from "./step-report.ts";
import { nameOf } from "./urn.ts";

/** What a run's operations share. */
export interface Run {
    readonly preview: boolean;
    readonly journal: Journal;
    readonly pool: ProviderPool;
    readonly gate: Gate;
    readonly display: Display;
    readonly abort: AbortSignal;
}

interface Replacing {
    readonly before: ResourceState;
    readonly changes: readonly Change[];
    readonly replacePaths: readonly string[];
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
        const { journal, preview } = this.#run;
        const kind = replacing === undefined ? "create" : "replace";
        const { entry, ...shown } = replacing ?? {};
        return this.#perform({ kind, type: "creating", provider, after: next, ...shown }, next, (operation) =>
            this.#evenInPart(
                next,
                provider,
                async () => provider.create(addressOf(next), plainMap(next.inputs), operation),
                (id, outputs, initErrors) => {
                    const now = new Date().toISOString();
                    const known = next.custom && !preview ? { id } : {};
                    const state = { ...next, ...known, outputs, initErrors, created: now, modified: now };
                    if (entry !== undefined) {
                        journal.condemn(entry, next.retainOnDelete ?? false);
                    }
                    journal.settle(state);
                    return state;
                },
            ),
        );
    }

    update(entry: Entry, next: ResourceState, provider: Provider, changes: readonly Change[]): Promise<ResourceState> {
        const before = entry.state;
        const { id = "", created, inputs, outputs: old } = before;
        const work = async (operation: Operation) => ({
            id,
            outputs: await provider.update(
                ...([addressOf(next), id, plainMap(inputs), plainMap(old), plainMap(next.inputs), operation] as const),
            ),
        });
        return this.#perform(
            { kind: "update", type: "updating", provider, before, after: next, changes },
            next,
            (operation) =>
                this.#evenInPart(
                    next,
                    provider,
                    () => work(operation),
                    (_, outputs, initErrors) => {
                        const settled = { outputs: next.custom ? outputs : old, initErrors };
                        const state = {
                            ...next,
                            id: before.id,
                            created,
                            ...settled,
                            modified: new Date().toISOString(),
                        };
                        this.#run.journal.settle(state, entry);
                        return state;
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
            const found = await provider.read(addressOf(next), id, plainMap(next.inputs), operation);
            if (found === undefined) {
                throw new Error(`there is no ${next.type} with the id "${id}"`);
            }
            const state = { ...next, id: found.id, outputs: this.#outputs(next, provider, found.outputs) };
            this.#run.journal.settle(state, entry);
            return state;
        });
    }

    async delete(entry: Entry, kind: "delete" | "delete-replaced"): Promise<void> {
        const { journal, pool, preview } = this.#run;
        const before = entry.state;
        const retained = before.retainOnDelete === true;
        const provider = pool.of(before, (urn) => journal.find(urn));
        const { id = "", inputs, outputs } = before;
        // What was only read is nobody's to delete.
        if (before.external === true) {
            journal.forget(entry);
            return;
        }
        const step: Step = { kind: retained ? "discard" : kind, type: "deleting", provider, before };
        await this.#perform(step, before, async (operation) => {
            if (!preview && !retained) {
                await provider.delete(addressOf(before), id, plainMap(inputs), plainMap(outputs), operation);
            }
            journal.forget(entry);
        });
    }

    /** Settles what came of the work, also when it was made but did not become what was asked for. */
    async #evenInPart(
        next: ResourceState,
        provider: Provider,
        work: () => Promise<{ id: string; outputs: PlainMap }>,
        settle: (id: string, outputs: PropertyMap, initErrors?: string[]) => ResourceState,
    ): Promise<ResourceState> {
        try {
            const { id, outputs } = await work();
            return settle(id, this.#outputs(next, provider, outputs));
        } catch (error) {
            if (error instanceof PartialFailure) {
                settle(error.state.id, this.#outputs(next, provider, error.state.outputs), [error.message]);
            }
            throw error;
        }
    }

    #outputs(next: ResourceState, provider: Provider, outputs: PlainMap): PropertyMap {
        if (!this.#run.preview && hasUnknown(outputs)) {
            throw new Error("its provider gave an unknown value although this is no preview");
        }
        const names = next.type === "pulumi:pulumi:StackReference" ? outputs.secretOutputNames : undefined;
        const referenced = Array.isArray(names) ? names.map((name) => `outputs[${JSON.stringify(name)}]`) : [];
        if (!next.custom) {
            return {};
        }
        const known = secretLike(outputs, next.inputs, [...secretPaths(next, provider), ...referenced]);
        this.#run.display.conceal(known);
        return known;
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

function secretPaths(next: ResourceState, provider: Provider): readonly string[] {
    return [...(next.additionalSecretOutputs ?? []), ...provider.secretOutputs(next.type)];
}

const timeoutNames = { creating: "create", updating: "update", deleting: "delete", reading: "read" } as const;
