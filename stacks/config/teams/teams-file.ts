import { readFileSync } from "node:fs";

import { load } from "js-yaml";

import { type Problem } from "../../../components/problem.ts";

/** What a stack says of its teams, or why that cannot be read. */
export type Given = { readonly value: unknown } | { readonly problem: Problem };

/**
 * The list of teams, which the stack has itself or in a file that it names, whose path starts at the project. Pulumi hands
 * a program its whole config as one variable, of which Linux takes 128 KiB: a few hundred teams. Nothing in such a file is
 * encrypted, so it takes no secrets.
 */
export function teamsIn(given: unknown, file: string | undefined): Given {
    if (file === undefined) {
        return { value: given };
    }
    const because = (reason: string): Given => ({ problem: { path: ["teamsFile"], value: file, rule: reason } });
    if (Array.isArray(given) && given.length > 0) {
        return because("the stack has a list of its own in teams, and one of the two would do nothing. Keep one.");
    }
    const wayOut = "Name a YAML file with the list, or write the list in teams.";
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        return because(`no such file can be read. ${wayOut}`);
    }
    try {
        return { value: load(text) };
    } catch {
        return because(`it is not YAML. ${wayOut}`);
    }
}
