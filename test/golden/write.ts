import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { architecture, architectureFile, architectureStack, withDiagram } from "./architecture.ts";
import { goldenFile, goldenStacks } from "./golden-file.ts";
import { readable } from "../../rehearsal/recording/readable.ts";
import { record } from "../../rehearsal/recording/recording.ts";

for (const stack of goldenStacks) {
    const recording = await record(stack, { preview: false });
    const file = goldenFile(stack);
    const settings = await resolveConfig(file);
    await writeFile(file, await format(JSON.stringify(readable(recording)), { ...settings, filepath: file }));
    console.log(`test/golden/${stack}.json: ${recording.resources.length} resources`);
}

const diagram = architecture(await record(architectureStack, { preview: false }));
await writeFile(architectureFile, withDiagram(await readFile(architectureFile, "utf8"), diagram));
console.log("docs/architecture.md: the diagram");
