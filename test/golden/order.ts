import assert from "node:assert/strict";

import { type Recorded, type Recording } from "../../rehearsal/recording/recording.ts";

/** The one resource of that name. */
export function only({ resources }: Recording, name: string): Recorded {
    const found = resources.filter((resource) => resource.name === name);
    assert.equal(found.length, 1, `there must be one ${name}, and there are ${found.length}`);
    return found[0] as Recorded;
}

/**
 * The names of all that must be there before a resource: what it depends on, its provider, what its parents do, and so on
 * down. All of it goes only after the resource.
 */
export function everythingBefore(recording: Recording, name: string): Set<string> {
    return before(recording, only(recording, name));
}

/** The same of a resource whose name another has, too. */
export function before({ resources }: Recording, of: Recorded): Set<string> {
    // Names are not unique, so it is by their URNs that they count as seen.
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const seen = new Set<Recorded>();
    const visit = ({ dependencies, parent, provider }: Recorded): void => {
        for (const urn of [...dependencies, parent, provider.replace(/::[^:]*$/, "")]) {
            const needed = byUrn.get(urn);
            if (needed && !seen.has(needed)) {
                seen.add(needed);
                visit(needed);
            }
        }
    };
    visit(of);
    return new Set([...seen].map(({ name }) => name));
}

/** Proves that a resource is made after all of those, and so goes before each of them. */
export function assertGoesBefore(recording: Recording, first: string | Recorded, later: readonly string[]): void {
    const resource = typeof first === "string" ? only(recording, first) : first;
    later.forEach((name) => only(recording, name));
    const all = before(recording, resource);
    assert.deepEqual(
        later.filter((name) => !all.has(name)),
        [],
        resource.name,
    );
}
