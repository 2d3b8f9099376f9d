import { checked, decide, replacedAlong } from "./decision.ts";
import { deleteUnwanted, protectedMessage } from "./deletion.ts";
import { ignoring } from "./diff.ts";
import { EngineError, reason } from "../engine-error.ts";
import { Closed } from "../program/gate.ts";
import { type Entry } from "../state/journal.ts";
import { Operations, type Run } from "./operations.ts";
import { type PlainMap, type PropertyMap } from "../values/property.ts";
import { type DiffAnswer, type Provider } from "../plugins/provider.ts";
import { PROVIDER_TYPE } from "../plugins/provider-pool.ts";
import { type Goal, plainGoal } from "../program/registration.ts";
import { plainMap } from "../values/secrecy.ts";
import { type ResourceState } from "../state/state.ts";
import { formerUrns, type Identity, packageOf, STACK_TYPE, urnOf } from "../values/urn.ts";

type Named = Pick<Identity, "type" | "name" | "parent">;

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
    /** Deleted ahead of their turn, because what they depended on had to go first. */
    readonly #deletedEarly = new Map<string, ResourceState>();
    readonly #working = new Set<Promise<unknown>>();

    constructor(stack: string, project: string, run: Run, providerConfig: (packageName: string) => PropertyMap) {
        this.stack = stack;
        this.project = project;
        this.#run = run;
        this.#operations = new Operations(run);
        this.#providerConfig = providerConfig;
    }

    get rootUrn(): string {
        return this.#urn({ type: STACK_TYPE, name: `${this.project}-${this.stack}`, parent: "" });
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

    /** The stack's outputs become those that the program gave. */
    recordOutputs(): void {
        const stack = this.#run.journal.settled(this.rootUrn);
        if (stack !== undefined) {
            this.#run.journal.settle({ ...stack, outputs: this.stackOutputs ?? {} });
        }
    }

    async invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<PlainMap> {
        const ref = provider === "" ? await this.#defaultProvider(packageOf(token), version) : provider;
        return this.#run.gate.run(() => this.#run.pool.of({ urn: token, provider: ref }).invoke(token, plainMap(args)));
    }

    deleteUnwanted(): Promise<void> {
        return deleteUnwanted(this.#run.journal, this.#operations, (urn, error) => this.fail(urn, error));
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

    #urn({ type, name, parent }: Named): string {
        return urnOf({ type, name, parent, stack: this.stack, project: this.project });
    }

    async #track(what: Named, work: (urn: string) => Promise<ResourceState>): Promise<ResourceState> {
        const urn = this.#urn(what);
        const once = async (): Promise<ResourceState> => {
            if (this.#registered.has(urn)) {
                throw new EngineError("a second resource has this type, name and parent type: give one another name");
            }
            this.#registered.add(urn);
            return work(urn);
        };
        const result = once().catch((error: unknown) => {
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
        const identity = { ...goal, stack: this.stack, project: this.project };
        const entry = journal.claim(urn, formerUrns(identity, goal.aliases, journal.formerly(goal.parent)));
        const wanted = await this.#stateOf(urn, goal);
        const provider = pool.of(wanted);
        const made = entry?.state.external === true ? undefined : entry;
        if (entry !== made && entry !== undefined) {
            journal.forget(entry);
        }
        const state = await (made === undefined
            ? this.#create(wanted, provider)
            : this.#change(made, wanted, provider, goal));
        if (goal.type.startsWith(PROVIDER_TYPE)) {
            pool.configure(urn, goal.type, plainMap(state.inputs));
        }
        return state;
    }

    async #create(wanted: ResourceState, provider: Provider): Promise<ResourceState> {
        const next = { ...wanted, inputs: await checked(this.#run, provider, wanted, undefined) };
        const before = this.#deletedEarly.get(next.urn);
        return this.#operations.create(next, provider, before && { before, changes: [], replacePaths: [] });
    }

    async #change(entry: Entry, wanted: ResourceState, provider: Provider, goal: Goal): Promise<ResourceState> {
        const old = entry.state;
        const inputs = ignoring(goal.inputs, old.inputs, goal.ignoreChanges);
        const next = { ...wanted, inputs: await checked(this.#run, provider, { ...wanted, inputs }, old) };
        const decision = await decide(this.#run, provider, old, next, goal);
        if (decision.replacePaths.length > 0) {
            return this.#replace(entry, wanted, provider, decision);
        }
        const unfinished = (old.initErrors ?? []).length > 0 || this.#run.journal.wasInterrupted(old.urn, "updating");
        return decision.changes.length > 0 || unfinished
            ? this.#operations.update(entry, next, provider, decision.changes)
            : this.#operations.same(entry, next, provider);
    }

    async #replace(
        entry: Entry,
        wanted: ResourceState,
        provider: Provider,
        { changes, replacePaths, deleteBeforeReplace }: DiffAnswer,
    ): Promise<ResourceState> {
        const before = entry.state;
        if (before.protect === true && wanted.protect === true) {
            throw new EngineError(`${protectedMessage("replaced")} (changed: ${replacePaths.join(", ")})`);
        }
        // Generated values, such as a name, must be new ones: the old resource may still have them.
        const next = { ...wanted, inputs: await checked(this.#run, provider, wanted, undefined) };
        const replacing = { before, changes, replacePaths };
        if (!deleteBeforeReplace) {
            return this.#operations.create(next, provider, { ...replacing, entry });
        }
        const dependents = await replacedAlong(this.#run, before);
        const guarded = dependents.find(({ state }) => state.protect === true);
        if (guarded !== undefined) {
            const what = `it must be deleted before its replacement is made, and with it ${guarded.state.urn}`;
            throw new EngineError(`${what}, which is protected: take \`protect\` off that one and run \`up\` first`);
        }
        for (const dependent of dependents.reverse()) {
            dependent.claimed = true;
            this.#deletedEarly.set(dependent.state.urn, dependent.state);
            await this.#operations.delete(dependent, "delete-replaced");
        }
        await this.#operations.delete(entry, "delete-replaced");
        return this.#operations.create(next, provider, replacing);
    }

    async #read(urn: string, goal: Goal, id: string | undefined): Promise<ResourceState> {
        const entry = this.#run.journal.claim(urn, []);
        if (entry !== undefined && entry.state.external !== true) {
            throw new EngineError("it was made by this stack, and the program now only reads it: give it another name");
        }
        const next = { ...(await this.#stateOf(urn, goal)), external: true };
        return id === undefined ? next : this.#operations.read(next, id, this.#run.pool.of(next), entry);
    }

    async #stateOf(urn: string, goal: Goal): Promise<ResourceState> {
        const { journal } = this.#run;
        const { type, custom, inputs, dependencies, propertyDependencies, protect } = goal;
        const managed = custom && !type.startsWith(PROVIDER_TYPE);
        const formerly = journal.formerly(urn);
        return {
            ...{ urn, custom, type, inputs, outputs: {}, dependencies, propertyDependencies, protect },
            parent: goal.parent === "" ? undefined : goal.parent,
            provider: !managed
                ? undefined
                : goal.provider === ""
                  ? await this.#defaultProvider(packageOf(type), goal.version)
                  : goal.provider,
            retainOnDelete: goal.retainOnDelete ?? this.#run.journal.settled(goal.parent)?.retainOnDelete,
            additionalSecretOutputs: goal.additionalSecretOutputs,
            aliases: formerly === undefined ? undefined : [formerly],
            customTimeouts: goal.customTimeouts,
        };
    }

    #defaultProvider(packageName: string, version: string): Promise<string> {
        const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
        const key = `${packageName} ${name}`;
        const inputs = { ...this.#providerConfig(packageName), ...(version !== "" && { version }) };
        const goal: Goal = { ...plainGoal, type: PROVIDER_TYPE + packageName, name, inputs, version };
        const provider =
            this.#defaults.get(key) ??
            this.register(goal, () => goal).then(({ urn, id }) => `${urn}::${id ?? "unknown"}`);
        this.#defaults.set(key, provider);
        return provider;
    }
}
