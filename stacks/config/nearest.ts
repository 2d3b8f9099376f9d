import { distance } from "fastest-levenshtein";

/** The candidate that was probably meant: at most a third of its letters differ. Undefined when there is none. */
export function nearest(key: string, candidates: readonly string[]): string | undefined {
    const ranked = candidates
        .map((candidate) => ({ candidate, edits: distance(key.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(key.length, candidate.length) / 3)))
        .sort((one, other) => one.edits - other.edits);
    return ranked[0]?.candidate;
}
