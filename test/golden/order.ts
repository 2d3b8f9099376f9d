import assert from "node:assert/strict";

import { type Recorded, type Recording } from "./record.ts";

/** The one resource of that name. */
export function only({ resources }: Recording, name: string): Recorded {
    const found = resources.filter((resource) => resource.name === name);
    assert.equal(found.length, 1, `there must be one ${name}, and there are ${found.length}`);
    return found[0] as Recorded;
}

/** The names of all that must be there before a resource: what it depends on, what its parents do, and so on down. */
export function everythingBefore(recording: Recording, name: string): Set<string> {
    const byUrn = new Map(recording.resources.map((resource) => [resource.urn, resource]));
    const before = new Set<string>();
    const visit = (resource: Recorded): void => {
        for (const urn of [...resource.dependencies, resource.parent]) {
            const needed = byUrn.get(urn);
            if (needed && !before.has(needed.name)) {
                before.add(needed.name);
                visit(needed);
            }
        }
    };
    visit(only(recording, name));
    return before;
}
