import { readFile, writeFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

import { architecture, architectureFile, architectureStack, withDiagram } from "./architecture.ts";
import { comparedStack, comparedWith, differencesBetween } from "./differences.ts";
import { goldenFile, goldenStacks } from "./golden-file.ts";
import { type Json, readable } from "../../rehearsal/recording/readable.ts";
import { record } from "../../rehearsal/recording/recording.ts";

async function write(stack: string, content: Json, what: string): Promise<void> {
    const file = goldenFile(stack);
    const settings = await resolveConfig(file);
    await writeFile(file, await format(JSON.stringify(content), { ...settings, filepath: file }));
    console.log(`test/golden/${stack}.json: ${what}`);
}

for (const stack of goldenStacks) {
    const recording = await record(stack, { preview: false });
    await write(stack, readable(recording), `${recording.resources.length} resources`);
}

const [other, own] = [await record(comparedWith, { preview: false }), await record(comparedStack, { preview: false })];
const differing = differencesBetween(other, own);
await write(comparedStack, differing, `${Object.keys(differing).length} resources differ from ${comparedWith}`);

const diagram = architecture(await record(architectureStack, { preview: false }));
await writeFile(architectureFile, withDiagram(await readFile(architectureFile, "utf8"), diagram));
console.log("docs/architecture.md: the diagram");
