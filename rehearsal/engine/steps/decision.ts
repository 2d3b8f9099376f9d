import { compare } from "./diff.ts";
import { EngineError } from "../engine-error.ts";
import { type Entry } from "../state/journal.ts";
import { addressOf, type Run } from "./operations.ts";
import { coveredByAny, touchedByAny } from "../values/path.ts";
import { mapValues, type Property, type PropertyMap, UNKNOWN } from "../values/property.ts";
import { type Change, type DiffAnswer, type Provider } from "../plugins/provider.ts";
import { type Goal } from "../program/registration.ts";
import { plainMap, secretLike } from "../values/secrecy.ts";
import { providerUrn, type ResourceState } from "../state/state.ts";
import { isDefaultProvider } from "../values/urn.ts";

/** The inputs as the provider wants them recorded. Throws what it finds wrong. */
export async function checked(
    { gate, preview }: Run,
    provider: Provider,
    wanted: ResourceState,
    old: ResourceState | undefined,
): Promise<PropertyMap> {
    const before = old && plainMap(old.inputs);
    const { inputs, failures } = await gate.run(() =>
        provider.check(addressOf(wanted), before, plainMap(wanted.inputs), preview),
    );
    if (failures.length > 0) {
        throw new EngineError(
            failures.map(({ property, reason }) => (property === "" ? reason : `${property}: ${reason}`)).join("\n"),
        );
    }
    return secretLike(inputs, wanted.inputs);
}

/** What is to be done about the differences between what was and what is wanted. */
export async function decide(
    run: Run,
    provider: Provider,
    old: ResourceState,
    next: ResourceState,
    goal: Goal,
): Promise<DiffAnswer> {
    const regarded = (path: string): boolean => !coveredByAny(goal.ignoreChanges, path);
    const answer = await ask(run, provider, old, next.inputs, regarded);
    const changes = answer.changes.filter(({ path }) => regarded(path));
    const forced = changes.map(({ path }) => path).filter((path) => touchedByAny(goal.replaceOnChanges, path));
    const moved = providerMoved(run, old, next) ? ["provider"] : [];
    return {
        changes,
        replacePaths: [...new Set([...answer.replacePaths.filter(regarded), ...forced, ...moved])],
        deleteBeforeReplace: goal.deleteBeforeReplace ?? answer.deleteBeforeReplace,
    };
}

function ask(
    { gate }: Run,
    provider: Provider,
    old: ResourceState,
    inputs: PropertyMap,
    regarded: (path: string) => boolean,
): Promise<DiffAnswer> {
    const oldInputs = plainMap(old.inputs);
    const newInputs = plainMap(inputs);
    const changes: Change[] = compare(oldInputs, newInputs).filter(({ path }) => regarded(path));
    const was = { id: old.id ?? "", oldInputs, oldOutputs: plainMap(old.outputs) };
    return gate.run(() => provider.diff({ ...addressOf(old), ...was, newInputs, changes }));
}

/** Whether the resource now belongs to a provider that is configured otherwise, and so lives somewhere else. */
function providerMoved({ journal }: Run, old: ResourceState, next: ResourceState): boolean {
    const [from, to] = [old, next].map((state) => journal.find(providerUrn(state) ?? ""));
    if (from === undefined || to === undefined || from.urn === to.urn) {
        return false;
    }
    const differences = compare(plainMap(from.inputs), plainMap(to.inputs)).filter(({ path }) => path !== "version");
    return differences.length > 0 && !(isDefaultProvider(from) && isDefaultProvider(to));
}

/** Dependents that would themselves be replaced if what they take from the resource changed, in order of making. */
export async function replacedAlong(run: Run, root: ResourceState): Promise<Entry[]> {
    const gone = new Set([root.urn]);
    const found: Entry[] = [];
    for (const entry of run.journal.unwanted().filter(({ state }) => state.custom && state.delete !== true)) {
        const { state } = entry;
        const properties = Object.entries(state.propertyDependencies ?? {});
        const taken = properties.filter(([, urns]) => urns.some((urn) => gone.has(urn)));
        if (state.external === true || taken.length === 0) {
            continue;
        }
        const unknown = mapValues<unknown, Property>(Object.fromEntries(taken), () => UNKNOWN);
        const inputs: PropertyMap = { ...state.inputs, ...unknown };
        const { replacePaths } = await ask(run, run.pool.of(state), state, inputs, () => true);
        if (replacePaths.length > 0) {
            gone.add(state.urn);
            found.push(entry);
        }
    }
    return found;
}
