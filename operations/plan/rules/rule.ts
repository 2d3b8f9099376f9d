import { type ResourceChange } from "../changes.ts";

export const Verdict = { safe: "safe", review: "review", danger: "danger" } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Something that a change means. */
export interface Meaning {
    /** In plain words. It never holds a secret, since a plan has none. */
    readonly text: string;
    /** The differences that it explains, as beginnings of paths. Of a created or deleted resource it explains all. */
    readonly explains: readonly string[];
}

export interface Rule {
    readonly id: string;
    readonly verdict: Verdict;
    /** When it applies and why, for the documentation. */
    readonly says: string;
    meanings(change: ResourceChange): Meaning[];
}

/** A resource as people read it. */
export function called({ name, type }: Pick<ResourceChange, "name" | "type">): string {
    return `${name} (${type.split(":").at(-1) ?? type})`;
}

export const created = ({ before }: ResourceChange): boolean => before === undefined;
export const deleted = ({ after }: ResourceChange): boolean => after === undefined;

/** Whether a path is the other one, or in it. */
export function within(path: string, outer: string): boolean {
    return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
