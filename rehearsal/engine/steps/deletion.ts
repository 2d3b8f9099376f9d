import { EngineError } from "../engine-error.ts";
import { Closed } from "../program/gate.ts";
import { type Entry, type Journal, needs } from "../state/journal.ts";
import { type Operations } from "./operations.ts";
import { PROVIDER_TYPE } from "../plugins/provider-pool.ts";

export function protectedMessage(what: string): string {
    const way = "take `protect` off it in the program and run `up` first";
    return `it is protected and would have to be ${what}. To allow that, ${way}`;
}

/** Deletes what the program no longer has, dependents first, and nothing at all if any of it is protected. */
export async function deleteUnwanted(
    journal: Journal,
    operations: Operations,
    fail: (urn: string, error: unknown) => void,
): Promise<void> {
    const all = journal.unwanted().map((entry) => ({ entry, needs: needs(entry.state) }));
    for (const { entry } of all.filter(({ entry: { state } }) => state.protect === true && state.delete !== true)) {
        fail(entry.state.urn, new EngineError(protectedMessage("deleted")));
    }
    const deletions = new Map<Entry, { readonly end: Promise<void>; readonly released: Promise<void> }>();
    for (const [index, { entry }] of [...all.entries()].reverse()) {
        const { urn, type, custom, delete: replaced } = entry.state;
        const dependents = all.slice(index + 1).filter((later) => later.needs.has(urn));
        // A run that is killed while something goes needs its provider to go on, and its component to show it in.
        const waits = custom && !type.startsWith(PROVIDER_TYPE) ? "released" : "end";
        const { promise: release, resolve } = Promise.withResolvers<undefined>();
        const allOf = (what: "released" | "end") =>
            Promise.all(dependents.map((one) => deletions.get(one.entry)?.[what]));
        const end = allOf(waits).then(() =>
            operations
                .delete(entry, replaced === true ? "delete-replaced" : "delete", () => resolve(undefined))
                .catch((error: unknown) => {
                    fail(urn, error);
                    throw new Closed();
                }),
        );
        // A component needs nothing itself, so it holds what it depends on no longer than its children do.
        const released = Promise.race([end, custom ? release : allOf("released").then(() => undefined)]);
        // Whether it failed is asked below.
        released.catch(() => undefined);
        deletions.set(entry, { end, released });
    }
    await Promise.allSettled([...deletions.values()].map(({ end }) => end));
}
