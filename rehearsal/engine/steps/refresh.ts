import { compare } from "./diff.ts";
import { type Entry } from "../state/journal.ts";
import { addressOf, type Run, secretPaths } from "./operations.ts";
import { PROVIDER_TYPE } from "../plugins/provider-pool.ts";
import { plainMap, secretLike } from "../values/secrecy.ts";
import { type ResourceState } from "../state/state.ts";

export interface RefreshOptions {
    /** Whether to say of what has not changed that it has not. */
    readonly countSame: boolean;
    readonly fail: (urn: string, error: unknown) => void;
}

/** Brings the state to what is there: nothing outside changes, and the program is not asked. */
export async function refresh(run: Run, { countSame, fail }: RefreshOptions): Promise<void> {
    const made = run.journal.left().filter(({ state: { custom, type } }) => custom && !type.startsWith(PROVIDER_TYPE));
    const look = async (entry: Entry): Promise<void> => {
        try {
            await refreshOne(run, entry, countSame);
        } catch (error) {
            fail(entry.state.urn, error);
        }
    };
    await Promise.all(made.map(look));
    await run.journal.save();
}

async function refreshOne(run: Run, entry: Entry, countSame: boolean): Promise<void> {
    const { display, gate, journal, pool } = run;
    const before = entry.state;
    const { urn, customTimeouts } = before;
    const provider = pool.of(before);
    display.conceal({ inputs: before.inputs, outputs: before.outputs });
    const found = await gate.run(() =>
        provider.read(addressOf(before), before.id ?? "", plainMap(before.inputs), plainMap(before.outputs), {
            preview: run.preview,
            resumed: false,
            timeoutSeconds: customTimeouts?.read,
            signal: run.abort,
            progress: () => undefined,
            warn: (message) => display.log("warning", message, urn),
        }),
    );
    if (found === undefined) {
        journal.forget(entry);
        display.begin({ kind: "refresh-gone", urn, provider, before }).done();
        return;
    }
    const inputs = found.inputs === undefined ? before.inputs : secretLike(found.inputs, before.inputs);
    const outputs = secretLike(found.outputs, before.outputs, secretPaths(before, provider));
    const madeOtherwise = compare(plainMap(before.outputs), plainMap(outputs));
    const modified = madeOtherwise.length > 0 ? new Date().toISOString() : before.modified;
    const after: ResourceState = { ...before, id: found.id, inputs, outputs, modified };
    display.conceal({ inputs, outputs });
    entry.state = after;
    // What was only read has no inputs of its own.
    const changes = before.external === true ? madeOtherwise : compare(plainMap(before.inputs), plainMap(inputs));
    if (changes.length > 0) {
        display.begin({ kind: "refresh", urn, provider, before, after, changes }).done();
    } else if (countSame) {
        display.begin({ kind: "same", urn, provider, before, after }).done();
    }
}
