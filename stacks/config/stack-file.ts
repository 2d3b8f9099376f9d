import { readFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "js-yaml";

/**
 * A stack's sections as its file has them, encrypted values as `{secure: …}`. Pulumi does not tell a program which file
 * the config was read from: where it is not the usual one there are none, and nothing is concluded from that.
 */
export function writtenSections(folder: string, project: string, stack: string): Readonly<Record<string, unknown>> {
    try {
        const file = load(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) as {
            readonly config?: Readonly<Record<string, unknown>>;
        } | null;
        return Object.fromEntries(
            Object.entries(file?.config ?? {}).map(([key, value]) => [key.replace(`${project}:`, ""), value]),
        );
    } catch {
        // Pulumi read the config that counts, and would have refused a file that is none.
        return {};
    }
}
