import { readdirSync } from "node:fs";
import { basename, join, sep } from "node:path";

import { STACK_TYPE, typeOf } from "../../rehearsal/engine/values/urn.ts";
import { checkout } from "../../rehearsal/place.ts";
import { type Recorded, type Recording } from "../../rehearsal/recording/recording.ts";

/** The stack of which docs/architecture.md shows the parts. */
export const architectureStack = "prod.example";

export const architectureFile = join(checkout, "docs", "architecture.md");

const begin = "<!-- What follows is written by `npm run golden`. -->\n";
const end = "<!-- What was written ends here. -->";

/** The page with the diagram in its place. */
export function withDiagram(page: string, diagram: string): string {
    const [before, rest] = page.split(begin);
    const [, after] = rest?.split(end) ?? [];
    if (before === undefined || after === undefined) {
        throw new Error(`docs/architecture.md must have the lines ${begin.trim()} and ${end}`);
    }
    return `${before}${begin}\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${end}${after}`;
}

/**
 * The components that the stack itself makes, with what each is made of, and an arrow to whatever has to wait for it. An
 * arrow that follows from two others is left out.
 */
export function architecture(recording: Recording): string {
    const parts = partsOf(recording);
    const rooms = Map.groupBy(parts, ({ room }) => room);
    const boxes = [...rooms].flatMap(([room, own]) => [
        `    subgraph ${room}`,
        ...own.map(({ id, noun, within }) => `        ${id}["${[`<b>${noun}</b>`, ...within].join("<br/>")}"]`),
        "    end",
    ]);
    const arrows = parts.flatMap(({ id, after }) =>
        [...after].filter((before) => !follows(parts, before, id)).map((before) => `    ${before} --> ${id}`),
    );
    return ["flowchart LR", ...boxes, ...arrows].join("\n");
}

interface Part {
    /** In the diagram. */
    readonly id: string;
    readonly noun: string;
    readonly room: string;
    /** Nouns of the components that it is made of. */
    readonly within: readonly string[];
    /** Ids of the parts that it waits for. */
    readonly after: ReadonlySet<string>;
}

function partsOf({ resources }: Recording): Part[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const top = ({ urn, parent }: Pick<Recorded, "urn" | "parent">): string => {
        const above = byUrn.get(parent);
        return above === undefined || above.type === STACK_TYPE ? urn : top(above);
    };
    const roots = resources.filter(
        (resource) => !resource.custom && resource.type !== STACK_TYPE && top(resource) === resource.urn,
    );
    // Several of one noun are one box: a reader wants the kinds of parts.
    const ids = new Map(roots.map(({ urn }) => [urn, nounOf(urn)]));
    return [...new Set(ids.values())].map((noun) => {
        const own = resources.filter((resource) => ids.get(top(resource)) === noun);
        // What a provider waits for, as the one of a cluster for that cluster, everything waits for that is made by it.
        const needed = own.flatMap(({ dependencies, provider }) =>
            [...dependencies, ...(byUrn.get(provider.replace(/::[^:]*$/, ""))?.dependencies ?? [])].flatMap(
                (each) => byUrn.get(each) ?? [],
            ),
        );
        const within = own.filter(({ custom, parent }) => !custom && ids.get(parent) === noun);
        return {
            id: noun,
            noun,
            room: roomOf(noun),
            within: [...new Set(within.map(({ urn }) => nounOf(urn)))],
            after: new Set(needed.flatMap((each) => ids.get(top(each)) ?? []).filter((id) => id !== noun)),
        };
    });
}

/** Whether one part waits for another by way of a third. */
function follows(parts: readonly Part[], before: string, id: string): boolean {
    const seen = new Set<string>([before]);
    const waitsFor = (each: string): boolean => {
        const after = parts.find((part) => part.id === each)?.after ?? new Set();
        seen.add(each);
        return after.has(before) || [...after].some((next) => !seen.has(next) && waitsFor(next));
    };
    const after = parts.find((part) => part.id === id)?.after ?? new Set();
    return [...after].some((between) => !seen.has(between) && between !== id && waitsFor(between));
}

function nounOf(urn: string): string {
    return typeOf(urn).split(":").at(-1) ?? "";
}

/** A component's file is called after it, somewhere in the folder of its room. */
function roomOf(noun: string): string {
    const file = `${noun.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.ts`;
    const found = readdirSync(join(checkout, "components"), { recursive: true, encoding: "utf8" }).find(
        (path) => basename(path) === file,
    );
    const [room] = found?.split(sep) ?? [];
    if (room === undefined) {
        throw new Error(`there is no ${file} in any room of components/, so ${noun} cannot be drawn`);
    }
    return room === file ? "shared" : room;
}
