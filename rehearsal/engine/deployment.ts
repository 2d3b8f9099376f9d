import { compare, ignoring } from "./diff.ts";
import { EngineError, reason } from "./engine-error.ts";
import { Closed } from "./gate.ts";
import { type Entry, needs } from "./journal.ts";
import { addressOf, Operations, type Run } from "./operations.ts";
import { coveredByAny, touchedByAny } from "./path.ts";
import { type PlainMap, type PropertyMap, UNKNOWN } from "./property.ts";
import { type Change, type Provider } from "./provider.ts";
import { bookkeeping, PROVIDER_TYPE } from "./provider-pool.ts";
import { type Goal, plainGoal } from "./registration.ts";
import { plainMap, secretLike } from "./secrecy.ts";
import { type ResourceState } from "./state.ts";
import { formerUrns, type Identity, nameOf, packageOf, STACK_TYPE, urnOf } from "./urn.ts";

type Named = Pick<Identity, "type" | "name" | "parent">;

interface Decision {
    readonly changes: readonly Change[];
    readonly replacePaths: readonly string[];
    readonly deleteBeforeReplace: boolean;
}

/** Decides what becomes of each resource that the program registers, and has it done. */
export class Deployment {
    readonly stack: string;
    readonly project: string;
    /** What the program gave as the stack's outputs. Recorded only when it has ended well. */
    stackOutputs: PropertyMap | undefined;
    readonly #run: Run;
    readonly #operations: Operations;
    /** Inputs of default providers: the stack's config by package. */
    readonly #providerConfig: (packageName: string) => PropertyMap;
    readonly #registered = new Set<string>();
    readonly #defaults = new Map<string, Promise<string>>();
    readonly #deletedEarly = new Map<string, ResourceState>();
    readonly #working = new Set<Promise<unknown>>();

    constructor(stack: string, project: string, run: Run, providerConfig: (packageName: string) => PropertyMap) {
        this.stack = stack;
        this.project = project;
        this.#run = run;
        this.#operations = new Operations(run);
        this.#providerConfig = providerConfig;
    }

    /** `goal` throws if the registration asks for what is not supported. */
    register(what: Named, goal: () => Goal): Promise<ResourceState> {
        return this.#track(what, (urn) => this.#register(urn, goal()));
    }

    /** Takes in what exists already. Without an id, in a preview, all of it is unknown. */
    read(what: Named, goal: () => Goal, id: string | undefined): Promise<ResourceState> {
        return this.#track(what, (urn) => this.#read(urn, goal(), id));
    }

    registerOutputs(urn: string, outputs: PropertyMap): void {
        const state = this.#run.journal.settled(urn);
        if (state === undefined) {
            throw new EngineError(`outputs were registered for ${urn}, which is not registered itself`);
        }
        if (state.type === STACK_TYPE) {
            this.stackOutputs = outputs;
        } else {
            this.#run.journal.settle({ ...state, outputs });
        }
    }

    async invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<PlainMap> {
        const { pool, journal, gate } = this.#run;
        const ref = provider === "" ? await this.#defaultProvider(packageOf(token), version) : provider;
        const under = { urn: token, type: token, custom: true, inputs: {}, outputs: {}, provider: ref };
        return gate.run(() => pool.of(under, (urn) => journal.find(urn)).invoke(token, plainMap(args)));
    }

    find(urn: string): ResourceState | undefined {
        return this.#run.journal.settled(urn);
    }

    urn({ type, name, parent }: Named): string {
        return urnOf({ type, name, parent, stack: this.stack, project: this.project });
    }

    get rootUrn(): string {
        return this.urn({ type: STACK_TYPE, name: `${this.project}-${this.stack}`, parent: "" });
    }

    /** The stack's outputs become those that the program gave. */
    recordOutputs(): void {
        const stack = this.find(this.rootUrn);
        if (stack !== undefined) {
            this.#run.journal.settle({ ...stack, outputs: this.stackOutputs ?? {} });
        }
    }

    /** Shows the problem with its resource, and lets nothing new begin. */
    fail(urn: string, error: unknown): void {
        if (!(error instanceof Closed)) {
            this.#run.display.log("error", reason(error), urn);
        }
        this.#run.gate.close();
    }

    /** Resolves when nothing is under way. */
    async quiet(): Promise<void> {
        while (this.#working.size > 0) {
            await Promise.allSettled(this.#working);
        }
    }

    /** Deletes what the program no longer has, dependents first. */
    async deleteUnwanted(): Promise<void> {
        const entries = this.#run.journal.unwanted();
        const guarded = entries.filter(({ state }) => state.protect === true && state.delete !== true);
        for (const { state } of guarded) {
            this.fail(state.urn, new EngineError(protectedMessage("deleted")));
        }
        const all = entries.map((entry) => ({ entry, needs: needs(entry.state) }));
        const ends = new Map<Entry, Promise<void>>();
        for (const [index, { entry }] of [...all.entries()].reverse()) {
            const after = all.slice(index + 1).filter((later) => later.needs.has(entry.state.urn));
            const kind = entry.state.delete === true ? "delete-replaced" : "delete";
            const end = Promise.all(after.map((later) => ends.get(later.entry))).then(() =>
                this.#operations.delete(entry, kind).catch((error: unknown) => {
                    this.fail(entry.state.urn, error);
                    throw new Closed();
                }),
            );
            ends.set(entry, end);
        }
        await Promise.allSettled(ends.values());
    }

    async #track<T>(what: Named, work: (urn: string) => Promise<T>): Promise<T> {
        const urn = this.urn(what);
        const result = Promise.resolve(urn)
            .then(work)
            .catch((error: unknown) => {
                this.fail(urn, error);
                throw new Closed();
            });
        this.#working.add(result);
        try {
            return await result;
        } finally {
            this.#working.delete(result);
        }
    }

    async #register(urn: string, goal: Goal): Promise<ResourceState> {
        const { journal, pool } = this.#run;
        this.#claimName(urn);
        const identity = { ...goal, stack: this.stack, project: this.project };
        const entry = journal.claim(urn, formerUrns(identity, goal.aliases, journal.formerly(goal.parent)));
        const old = entry?.state.external === true ? undefined : entry?.state;
        const wanted = await this.#stateOf(urn, goal);
        const provider = pool.of(wanted, (other) => journal.find(other));
        const inputs = old === undefined ? goal.inputs : ignoring(goal.inputs, old.inputs, goal.ignoreChanges);
        const next = { ...wanted, inputs: await this.#check(provider, { ...wanted, inputs }, old) };
        const state = await this.#settle(entry, old, next, goal, provider);
        if (goal.type.startsWith(PROVIDER_TYPE)) {
            pool.configure(urn, goal.type, plainMap(state.inputs));
        }
        return state;
    }

    async #settle(
        entry: Entry | undefined,
        old: ResourceState | undefined,
        next: ResourceState,
        goal: Goal,
        provider: Provider,
    ): Promise<ResourceState> {
        const early = this.#deletedEarly.get(next.urn);
        if (entry === undefined || old === undefined) {
            if (entry !== undefined) {
                this.#run.journal.forget(entry);
            }
            const replacing = early && { entry: undefined, before: early, changes: [], paths: [] };
            return this.#operations.create(next, provider, replacing);
        }
        const decision = await this.#decide(provider, old, next, goal);
        if (decision.replacePaths.length > 0) {
            return this.#replace(entry, next, goal, provider, decision);
        }
        const unfinished = (old.initErrors ?? []).length > 0 || this.#run.journal.wasInterrupted(next.urn, "updating");
        return decision.changes.length > 0 || unfinished
            ? this.#operations.update(entry, next, provider, decision.changes)
            : this.#operations.same(entry, next, provider);
    }

    async #read(urn: string, goal: Goal, id: string | undefined): Promise<ResourceState> {
        const { journal, pool } = this.#run;
        this.#claimName(urn);
        const entry = journal.claim(urn, []);
        if (entry !== undefined && entry.state.external !== true) {
            throw new EngineError("it was made by this stack, and the program now only reads it: give it another name");
        }
        const next = { ...(await this.#stateOf(urn, goal)), external: true };
        if (id === undefined) {
            return next;
        }
        return this.#operations.read(
            next,
            id,
            pool.of(next, (other) => journal.find(other)),
            entry,
        );
    }

    #claimName(urn: string): void {
        if (this.#registered.has(urn)) {
            throw new EngineError(
                `a second resource has this type, name and parent type: give one of them another name`,
            );
        }
        this.#registered.add(urn);
    }

    async #stateOf(urn: string, goal: Goal): Promise<ResourceState> {
        const managed = goal.custom && !goal.type.startsWith(PROVIDER_TYPE);
        const chosen = goal.provider === "" ? undefined : goal.provider;
        const aliases = this.#run.journal.formerly(urn);
        return {
            urn,
            custom: goal.custom,
            type: goal.type,
            inputs: goal.inputs,
            outputs: {},
            parent: goal.parent === "" ? undefined : goal.parent,
            dependencies: goal.dependencies,
            propertyDependencies: goal.propertyDependencies,
            provider: managed
                ? (chosen ?? (await this.#defaultProvider(packageOf(goal.type), goal.version)))
                : undefined,
            protect: goal.protect,
            retainOnDelete: goal.retainOnDelete ?? this.#run.journal.settled(goal.parent)?.retainOnDelete,
            additionalSecretOutputs: goal.additionalSecretOutputs,
            aliases: aliases === undefined ? undefined : [aliases],
            customTimeouts: goal.customTimeouts,
        };
    }

    #defaultProvider(packageName: string, version: string): Promise<string> {
        const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
        const key = `${packageName} ${name}`;
        const existing = this.#defaults.get(key);
        if (existing !== undefined) {
            return existing;
        }
        const inputs = { ...this.#providerConfig(packageName), ...(version !== "" && { version }) };
        const goal: Goal = { ...plainGoal, type: PROVIDER_TYPE + packageName, name, inputs, version };
        const registered = this.register(goal, () => goal).then(({ urn, id }) => `${urn}::${id ?? "unknown"}`);
        this.#defaults.set(key, registered);
        return registered;
    }

    async #check(provider: Provider, wanted: ResourceState, old: ResourceState | undefined): Promise<PropertyMap> {
        if (provider === bookkeeping) {
            return wanted.inputs;
        }
        const { gate, preview } = this.#run;
        const before = old && plainMap(old.inputs);
        const { inputs, failures } = await gate.run(() =>
            provider.check(addressOf(wanted), before, plainMap(wanted.inputs), preview),
        );
        if (failures.length > 0) {
            const lines = failures.map(({ property, reason: why }) => (property === "" ? why : `${property}: ${why}`));
            throw new EngineError(lines.join("\n"));
        }
        return secretLike(inputs, wanted.inputs);
    }

    async #decide(provider: Provider, old: ResourceState, next: ResourceState, goal: Goal): Promise<Decision> {
        const oldInputs = plainMap(old.inputs);
        const newInputs = plainMap(next.inputs);
        const regarded = (path: string): boolean => !coveredByAny(goal.ignoreChanges, path);
        const answer = await this.#run.gate.run(() =>
            provider.diff({
                ...addressOf(next),
                id: old.id ?? "",
                oldInputs,
                oldOutputs: plainMap(old.outputs),
                newInputs,
                changes: compare(oldInputs, newInputs).filter(({ path }) => regarded(path)),
            }),
        );
        const changes = answer.changes.filter(({ path }) => regarded(path));
        const forced = changes.map(({ path }) => path).filter((path) => touchedByAny(goal.replaceOnChanges, path));
        const paths = [...answer.replacePaths.filter(regarded), ...forced];
        return {
            changes,
            replacePaths: [...new Set(this.#providerMoved(old, next) ? [...paths, "provider"] : paths)],
            deleteBeforeReplace: goal.deleteBeforeReplace ?? answer.deleteBeforeReplace,
        };
    }

    /** Whether the resource now belongs to a provider that is configured otherwise, and so lives somewhere else. */
    #providerMoved(old: ResourceState, next: ResourceState): boolean {
        const [before, after] = [old, next].map(({ provider }) => provider?.slice(0, provider.lastIndexOf("::")));
        if (before === after || before === undefined || after === undefined) {
            return false;
        }
        if ([before, after].every((urn) => nameOf(urn).startsWith("default"))) {
            return false;
        }
        const [from, to] = [before, after].map((urn) => plainMap(this.#run.journal.find(urn)?.inputs ?? {}));
        return compare(from ?? {}, to ?? {}).some(({ path }) => path !== "version");
    }

    async #replace(
        entry: Entry,
        next: ResourceState,
        goal: Goal,
        provider: Provider,
        decision: Decision,
    ): Promise<ResourceState> {
        const before = entry.state;
        if (before.protect === true && next.protect === true) {
            throw new EngineError(`${protectedMessage("replaced")} (changed: ${decision.replacePaths.join(", ")})`);
        }
        // Generated values, such as a name, must be new ones: the old resource may still have them.
        const anew = { ...next, inputs: await this.#check(provider, { ...next, inputs: goal.inputs }, undefined) };
        const replacing = { before, changes: decision.changes, paths: decision.replacePaths };
        if (!decision.deleteBeforeReplace) {
            return this.#operations.create(anew, provider, { ...replacing, entry });
        }
        const dependents = await this.#replacedAlong(entry);
        const guarded = dependents.find(({ state }) => state.protect === true);
        if (guarded !== undefined) {
            throw new EngineError(
                `it must be deleted before its replacement, and ${guarded.state.urn} with it, which is protected`,
            );
        }
        for (const dependent of dependents.reverse()) {
            this.#deletedEarly.set(dependent.state.urn, dependent.state);
            await this.#operations.delete(dependent, "delete-replaced");
        }
        await this.#operations.delete(entry, "delete-replaced");
        return this.#operations.create(anew, provider, { ...replacing, entry: undefined });
    }

    /** Dependents that would themselves be replaced if what they take from the resource changed, in order of making. */
    async #replacedAlong(root: Entry): Promise<Entry[]> {
        const { journal, pool, gate } = this.#run;
        const gone = new Set([root.state.urn]);
        const found: Entry[] = [];
        for (const entry of journal.unwanted().filter(({ state }) => state.custom && state.delete !== true)) {
            const { state } = entry;
            const properties = Object.entries(state.propertyDependencies ?? {});
            const taken = properties.filter(([, urns]) => urns.some((urn) => gone.has(urn))).map(([key]) => key);
            if (state.external === true || taken.length === 0) {
                continue;
            }
            const oldInputs = plainMap(state.inputs);
            const unknowns = Object.fromEntries(taken.map((key): [string, typeof UNKNOWN] => [key, UNKNOWN]));
            const newInputs: PlainMap = { ...oldInputs, ...unknowns };
            const request = { ...addressOf(state), id: state.id ?? "", oldInputs, newInputs };
            const answer = await gate.run(() =>
                pool
                    .of(state, (urn) => journal.find(urn))
                    .diff({
                        ...request,
                        oldOutputs: plainMap(state.outputs),
                        changes: compare(oldInputs, newInputs),
                    }),
            );
            if (answer.replacePaths.length > 0) {
                gone.add(state.urn);
                found.push(entry);
            }
        }
        return found;
    }
}

function protectedMessage(what: string): string {
    return (
        `it is protected and would have to be ${what}. To allow that, take \`protect\` off it in the program and run ` +
        `\`up\` first`
    );
}
