import { join } from "node:path";

/** The stacks whose graphs are kept for reviewers. */
export const goldenStacks = ["dev", "prod.example"];

export function goldenFile(stack: string): string {
    return join(import.meta.dirname, `${stack}.json`);
}
