import { distance } from "fastest-levenshtein";

/** The candidate that is a slip of the pen away, if any: at most a third of the letters differ. */
export function nearest(key: string, candidates: readonly string[]): string | undefined {
    const ranked = candidates
        .map((candidate) => ({ candidate, edits: distance(key.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(key.length, candidate.length) / 3)))
        .sort((one, other) => one.edits - other.edits);
    return ranked[0]?.candidate;
}
