import { type Display, type StepKind } from "./display.ts";
import { type Gate } from "./gate.ts";
import { type Entry, type Journal } from "./journal.ts";
import { type PropertyMap } from "./property.ts";
import { type Change, type Operation, PartialFailure, type Provider, type ResourceAddress } from "./provider.ts";
import { bookkeeping, type ProviderPool } from "./provider-pool.ts";
import { plainMap, secretLike } from "./secrecy.ts";
import { type PendingOperation, type ResourceState } from "./state.ts";
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

interface Step {
    readonly kind: StepKind;
    readonly type: PendingOperation["type"];
    readonly provider: Provider;
    readonly before?: ResourceState | undefined;
    readonly after?: ResourceState | undefined;
    readonly changes?: readonly Change[];
    readonly replacePaths?: readonly string[];
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

    async create(
        next: ResourceState,
        provider: Provider,
        replacing?: {
            entry: Entry | undefined;
            before: ResourceState;
            changes: readonly Change[];
            paths: readonly string[];
        },
    ): Promise<ResourceState> {
        const { journal, preview } = this.#run;
        const settle = (id: string, outputs: PropertyMap, initErrors?: string[]): ResourceState => {
            const now = new Date().toISOString();
            const known = next.custom && !preview ? { id } : {};
            const state = { ...next, ...known, outputs, initErrors, created: now, modified: now };
            if (replacing?.entry !== undefined) {
                journal.condemn(replacing.entry, next.retainOnDelete ?? false);
            }
            journal.settle(state);
            return state;
        };
        const step: Step = {
            kind: replacing === undefined ? "create" : "replace",
            type: "creating",
            provider,
            before: replacing?.before,
            after: next,
            changes: replacing?.changes ?? [],
            replacePaths: replacing?.paths ?? [],
        };
        return this.#perform(step, next, async (operation) => {
            try {
                const made = await provider.create(addressOf(next), plainMap(next.inputs), operation);
                return settle(made.id, this.#outputs(next, provider, made.outputs));
            } catch (error) {
                if (error instanceof PartialFailure) {
                    settle(error.state.id, this.#outputs(next, provider, error.state.outputs), [error.message]);
                }
                throw error;
            }
        });
    }

    async update(
        entry: Entry,
        next: ResourceState,
        provider: Provider,
        changes: readonly Change[],
    ): Promise<ResourceState> {
        const old = entry.state;
        const settle = (outputs: PropertyMap, initErrors?: string[]): ResourceState => {
            const { id, created } = old;
            const state = { ...next, id, created, outputs, initErrors, modified: new Date().toISOString() };
            this.#run.journal.settle(state, entry);
            return state;
        };
        const step: Step = { kind: "update", type: "updating", provider, before: old, after: next, changes };
        return this.#perform(step, next, async (operation) => {
            try {
                const outputs = await provider.update(
                    addressOf(next),
                    old.id ?? "",
                    plainMap(old.inputs),
                    plainMap(old.outputs),
                    plainMap(next.inputs),
                    operation,
                );
                return settle(next.custom ? this.#outputs(next, provider, outputs) : old.outputs);
            } catch (error) {
                if (error instanceof PartialFailure) {
                    settle(this.#outputs(next, provider, error.state.outputs), [error.message]);
                }
                throw error;
            }
        });
    }

    same(entry: Entry, next: ResourceState, provider: Provider): ResourceState {
        const { id, outputs, created, modified } = entry.state;
        const paths = [...(next.additionalSecretOutputs ?? []), ...provider.secretOutputs(next.type)];
        const kept = next.custom ? secretLike(plainMap(outputs), outputs, paths) : outputs;
        const state = { ...next, id, outputs: kept, created, modified };
        this.#run.journal.settle(state, entry);
        this.#run.display.begin({ kind: "same", urn: next.urn, provider, before: entry.state, after: state }).done();
        return state;
    }

    async read(next: ResourceState, id: string, provider: Provider, entry: Entry | undefined): Promise<ResourceState> {
        const step: Step = { kind: "read", type: "reading", provider, after: next };
        return this.#perform(step, next, async (operation) => {
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
        const old = entry.state;
        if (old.external === true) {
            journal.forget(entry);
            return;
        }
        const provider = old.custom ? pool.of(old, (urn) => journal.find(urn)) : bookkeeping;
        const step: Step = {
            kind: old.retainOnDelete === true ? "discard" : kind,
            type: "deleting",
            provider,
            before: old,
        };
        await this.#perform(step, old, async (operation) => {
            if (!preview && old.retainOnDelete !== true) {
                await provider.delete(
                    addressOf(old),
                    old.id ?? "",
                    plainMap(old.inputs),
                    plainMap(old.outputs),
                    operation,
                );
            }
            journal.forget(entry);
        });
    }

    #outputs(next: ResourceState, provider: Provider, outputs: Parameters<typeof secretLike>[0]): PropertyMap {
        if (!next.custom) {
            return {};
        }
        const names = next.type === "pulumi:pulumi:StackReference" ? outputs.secretOutputNames : undefined;
        const referenced = Array.isArray(names) ? names.map((name) => `outputs[${JSON.stringify(name)}]`) : [];
        const paths = [...(next.additionalSecretOutputs ?? []), ...provider.secretOutputs(next.type), ...referenced];
        return secretLike(outputs, next.inputs, paths);
    }

    #perform<T>(step: Step, resource: ResourceState, work: (operation: Operation) => Promise<T>): Promise<T> {
        const { journal, gate, display, abort, preview } = this.#run;
        const { type, provider, ...shown } = step;
        const outside = !preview && provider !== bookkeeping;
        return gate.run(async () => {
            const line = display.begin({ ...shown, provider, urn: resource.urn });
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
                    timeoutSeconds: timeoutOf(resource, type),
                    signal: abort,
                    progress: (message) => line.progress(message),
                    warn: (message) => display.log("warning", message, resource.urn),
                });
                line.done();
                return result;
            } catch (error) {
                interrupted = abort.aborted;
                line.failed();
                throw error;
            } finally {
                if (pending !== undefined) {
                    // What was aborted may still have happened: the next run is told so.
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

const timeoutKeys = { creating: "create", updating: "update", deleting: "delete", reading: "read" } as const;

function timeoutOf(resource: ResourceState, type: PendingOperation["type"]): number | undefined {
    return resource.customTimeouts?.[timeoutKeys[type]];
}
