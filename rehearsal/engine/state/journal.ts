import { type PendingOperation, providerUrn, type ResourceState, type Snapshot } from "./state.ts";

/** A resource of the last run. Claimed once this run's program has registered it again. */
export interface Entry {
    state: ResourceState;
    claimed: boolean;
}

/** What a run knows of the stack: what this run has settled, and what is left of the last one. */
export class Journal {
    readonly #settled = new Map<string, ResourceState>();
    readonly #left: Entry[];
    readonly #pending = new Set<PendingOperation>();
    readonly #interrupted: Set<PendingOperation>;
    readonly #renamed = new Map<string, string>();
    readonly #resumes: boolean;
    readonly #write: (snapshot: () => Snapshot) => Promise<void>;

    /**
     * `resumes` says whether what an earlier run was killed in is taken up again. Otherwise it is as with Pulumi: creations
     * stay on record until `clearCreations`, since nobody knows what came of them, and the rest is forgotten.
     */
    constructor(last: Snapshot, resumes: boolean, write: (snapshot: () => Snapshot) => Promise<void>) {
        this.#left = last.resources.map((state) => ({ state, claimed: false }));
        this.#interrupted = new Set(last.pending.filter(({ type }) => resumes || type === "creating"));
        this.#resumes = resumes;
        this.#write = write;
    }

    save(): Promise<void> {
        return this.#write(() => ({
            resources: [...this.#settled.values(), ...this.#left.map(({ state }) => state)],
            pending: [...this.#interrupted, ...this.#pending],
        }));
    }

    /** The resource that `urn` was in the last run, maybe under a former URN; from now on all know it by this one. */
    claim(urn: string, former: readonly string[]): Entry | undefined {
        const alive = this.#left.filter(({ state, claimed }) => !claimed && state.delete !== true);
        const names = [urn, ...former];
        const entry = names.map((name) => alive.find(({ state }) => state.urn === name)).find((found) => found);
        if (entry === undefined) {
            return undefined;
        }
        entry.claimed = true;
        if (entry.state.urn !== urn) {
            this.#renamed.set(urn, entry.state.urn);
            rename(this.#left, entry.state.urn, urn);
        }
        return entry;
    }

    /** The URN under which the resource was found, when that was a former one. */
    formerly(urn: string): string | undefined {
        return this.#renamed.get(urn);
    }

    find(urn: string): ResourceState | undefined {
        return this.#settled.get(urn) ?? this.#left.find(({ state }) => state.urn === urn)?.state;
    }

    settled(urn: string): ResourceState | undefined {
        return this.#settled.get(urn);
    }

    settle(state: ResourceState, replaces?: Entry): void {
        this.#settled.set(state.urn, state);
        if (replaces !== undefined) {
            this.forget(replaces);
        }
    }

    /** Leaves the replaced resource to be deleted when everything else is done. */
    condemn(entry: Entry, retainOnDelete: boolean): void {
        entry.state = { ...entry.state, delete: true, retainOnDelete };
    }

    forget(entry: Entry): void {
        const index = this.#left.indexOf(entry);
        if (index >= 0) {
            this.#left.splice(index, 1);
        }
    }

    /** What is left of the last run, in the order in which it was made. */
    left(): readonly Entry[] {
        return [...this.#left];
    }

    /** What the program no longer has, in the order in which it was made. */
    unwanted(): Entry[] {
        return this.#left.filter(({ state, claimed }) => !claimed || state.delete === true);
    }

    begin(type: PendingOperation["type"], resource: ResourceState): PendingOperation {
        for (const operation of this.#interrupted) {
            if (this.#resumes && operation.resource.urn === resource.urn) {
                this.#interrupted.delete(operation);
            }
        }
        const operation = { type, resource };
        this.#pending.add(operation);
        return operation;
    }

    end(operation: PendingOperation): void {
        this.#pending.delete(operation);
    }

    /** Whether to take up again what an earlier run was killed in. */
    wasInterrupted(urn: string, type: PendingOperation["type"]): boolean {
        const all = this.#resumes ? [...this.#interrupted] : [];
        return all.some((operation) => operation.type === type && operation.resource.urn === urn);
    }

    /** Creations that an earlier run was killed in, and that a run which resumes has not taken up: gives them up. */
    abandon(): readonly string[] {
        return this.#resumes ? this.clearCreations() : [];
    }

    /** Drops the creations that an earlier run was killed in. */
    clearCreations(): readonly string[] {
        const urns = [...this.#interrupted]
            .filter(({ type }) => type === "creating")
            .map(({ resource }) => resource.urn);
        this.#interrupted.clear();
        return urns;
    }
}

/** All URNs that must exist as long as the resource does. */
export function needs(state: ResourceState): Set<string> {
    const named = [state.parent, providerUrn(state)].filter((urn) => urn !== undefined);
    const properties = Object.values(state.propertyDependencies ?? {}).flat();
    return new Set([...named, ...(state.dependencies ?? []), ...properties]);
}

function rename(entries: readonly Entry[], from: string, to: string): void {
    const current = (urn: string): string => (urn === from ? to : urn);
    for (const entry of entries.filter(({ state }) => state.urn === from || needs(state).has(from))) {
        const { urn, parent, provider, dependencies, propertyDependencies } = entry.state;
        entry.state = {
            ...entry.state,
            urn: current(urn),
            parent: parent && current(parent),
            provider: provider?.startsWith(`${from}::`) ? to + provider.slice(from.length) : provider,
            dependencies: dependencies?.map(current),
            propertyDependencies:
                propertyDependencies &&
                Object.fromEntries(Object.entries(propertyDependencies).map(([key, urns]) => [key, urns.map(current)])),
        };
    }
}
