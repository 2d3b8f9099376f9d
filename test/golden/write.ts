import { writeFile } from "node:fs/promises";

import { goldenFile, goldenStacks } from "./golden-file.ts";
import { readable } from "./readable.ts";
import { record } from "./record.ts";

for (const stack of goldenStacks) {
    const recording = await record(stack, { preview: false });
    await writeFile(goldenFile(stack), `${JSON.stringify(readable(recording), null, 2)}\n`);
    console.log(`test/golden/${stack}.json: ${recording.resources.length} resources`);
}
